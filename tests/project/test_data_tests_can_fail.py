"""Every singular data test fails once the accident it guards against has happened.

The generic tests have their probes in seeds/probes; a singular test reads fixed tables, so the
accident is made in a good database, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.lakehouse import PROJECT, Lakehouse, failure, schema_of

ACCIDENTS = {
    "accelerometer_trusted_misses_no_reading": [
        'delete from stedi_trusted.accelerometer_trusted where "user" = '
        '(select min("user") from stedi_trusted.accelerometer_trusted)'
    ],
    "step_trainer_trusted_misses_no_reading": [
        "delete from stedi_trusted.step_trainer_trusted where distancefromobject = 250"
    ],
    "customer_trusted_agrees_with_consent_intervals": [
        "delete from stedi_intermediate.consent_intervals where purpose = 'research' and email = "
        "(select min(email) from stedi_trusted.customer_trusted)",
        "delete from stedi_trusted.customer_trusted where email = "
        "(select min(email) from stedi_trusted.customer_trusted)",
    ],
    "consent_intervals_neither_overlap_nor_touch": [
        "insert into stedi_intermediate.consent_intervals "
        "select email, purpose, valid_from - 1, valid_from "
        "from stedi_intermediate.consent_intervals",
        "insert into stedi_intermediate.consent_intervals "
        "select email, purpose, valid_from + 1, null from stedi_intermediate.consent_intervals",
    ],
    "device_claims_misses_no_claim": [
        "delete from stedi_intermediate.device_claims where email = "
        "(select min(email) from stedi_intermediate.device_claims)"
    ],
    "customers_curated_misses_no_customer": [
        "delete from stedi_curated.customers_curated where email = "
        "(select min(email) from stedi_curated.customers_curated)"
    ],
    "machine_learning_curated_pairs_are_published": [
        "update stedi_curated.machine_learning_curated set is_same_person = false",
        "update stedi_curated.machine_learning_curated set is_consented_at_capture = true",
    ],
    "machine_learning_curated_misses_no_pair": [
        "delete from stedi_curated.machine_learning_curated where vector_number = 1",
        "delete from stedi_curated.machine_learning_curated where serialnumber = "
        "(select min(serialnumber) from stedi_curated.machine_learning_curated)",
        "update stedi_curated.machine_learning_curated set vector_number = vector_number + 1",
        "insert into stedi_curated.machine_learning_curated "
        "select * replace (sensorreadingtime + 1 as sensorreadingtime) "
        "from stedi_curated.machine_learning_curated limit 1",
    ],
    "row_accounting_adds_up_to_landing": [
        "update stedi_audit.row_accounting set row_count = row_count + 1 where feed = 'customer'",
        "delete from stedi_audit.row_accounting where feed = 'step_trainer'",
    ],
    "row_accounting_kept_rows_are_where_they_should_be": [
        "update stedi_audit.row_accounting set row_count = row_count - 1 where feed = 'customer'",
        "update stedi_audit.row_accounting set outcome = 'former_device' "
        "where feed = 'step_trainer' and outcome = 'kept'",
        "delete from stedi_research.reading_pairs where subject_key = "
        "(select min(subject_key) from stedi_research.reading_pairs)",
    ],
    "reconciliation_adds_up_to_the_published_pairs": [
        "delete from stedi_audit.reconciliation where reason = 'right'",
        "update stedi_audit.reconciliation set row_count = row_count + 1 "
        "where reason = 'not_consented_at_capture'",
        "delete from stedi_research.reading_pairs where vector_number = 1",
    ],
    "rejected_records_are_few": [
        "update stedi_intermediate.loaded_files set rejected_count = 10 where feed = 'customer'",
        # a bad day in a long history
        "insert into stedi_intermediate.loaded_files "
        "values ('accelerometer', 'some.json', date '2024-02-29', 99, 10, 1)",
    ],
    "rejected_records_are_none": [
        "insert into stedi_audit.rejected_records "
        "values ('customer', 'some.json', null, 'unreadable_json')",
    ],
    "readings_sum_up_all_pairs": [
        "delete from stedi_research.readings where subject_key = "
        "(select min(subject_key) from stedi_research.readings)",
        "update stedi_research.readings set vector_count = vector_count + 1",
        "update stedi_research.readings set split = 'test'",
    ],
    "reading_pairs_keys_are_of_todays_pepper": [
        "update stedi_research.reading_pairs set subject_key = sha256(subject_key)",
        "update stedi_research.reading_pairs set device_key = sha256(device_key)",
    ],
    "publishable_reading_pairs_people_agree_today": [
        "insert into stedi_research.publishable_reading_pairs "
        "from stedi_research.reading_pairs where subject_key not in "
        "(select subject_key from stedi_research.publishable_reading_pairs) limit 1",
        "update stedi_intermediate.consent_intervals set valid_to = valid_from + 1 "
        "where purpose = 'public'",
    ],
    "dataset_fingerprint_is_of_what_is_there": [
        "delete from stedi_research.dataset_fingerprint",
        "insert into stedi_research.dataset_fingerprint from stedi_research.dataset_fingerprint",
        "update stedi_research.dataset_fingerprint set row_count = row_count + 1",
        "update stedi_research.dataset_fingerprint set landing_lines = landing_lines - 1",
        "delete from stedi_research.publishable_reading_pairs where vector_number = 1",
    ],
    "rejected_records_misses_no_line": [
        "update stedi_staging.stg_step_trainer set reject_reasons = 'unreadable_json' "
        "where distancefromobject = 250",
        "insert into stedi_audit.rejected_records "
        "values ('customer', 'some.json', null, 'unreadable_json')",
    ],
    "research_knows_people_by_pseudonym_only": [
        "update stedi_research.reading_pairs set subject_key = 'ana@example.com'",
        "update stedi_research.reading_pairs set device_key = upper(device_key)",
        "update stedi_research.reading_pairs set split = 'test' where vector_number = 1",
        "update stedi_research.readings set subject_key = 'ana@example.com'",
        "update stedi_research.publishable_reading_pairs set device_key = null",
    ],
}

PROBES = [(test, accident) for test, accidents in ACCIDENTS.items() for accident in accidents]


def singular_tests() -> set[str]:
    return {
        path.stem for path in (PROJECT / "tests").glob("*/*.sql") if path.parent.name != "generic"
    }


def test_every_singular_test_has_a_probe() -> None:
    assert singular_tests() == set(ACCIDENTS)


@pytest.fixture(scope="module")
def good_lakehouse(lakehouse: Lakehouse, generated_landing: Path) -> Iterator[Lakehouse]:
    """A lakehouse in which every singular test passes."""
    lakehouse.environment.setenv("STEDI_PUBLISHED_COUNTS", "true")
    no_other_tests = ("--exclude", "test_type:unit", "test_type:generic")
    result = lakehouse.dbt("build", *no_other_tests, landing=generated_landing)
    assert result.success, failure(result)
    yield lakehouse
    lakehouse.environment.delenv("STEDI_PUBLISHED_COUNTS")


@pytest.mark.parametrize(("test", "accident"), PROBES)
def test_singular_test_sees_the_accident(
    good_lakehouse: Lakehouse, test: str, accident: str
) -> None:
    (compiled,) = (good_lakehouse.folder / "target/compiled/stedi/tests").glob(f"*/{test}.sql")
    with duckdb.connect(str(good_lakehouse.database)) as connection:
        connection.begin()
        connection.execute(accident)
        assert connection.execute(compiled.read_text()).fetchall()
        connection.rollback()


def test_a_bad_day_that_was_looked_into_is_left_out(good_lakehouse: Lakehouse) -> None:
    (_, accident) = ACCIDENTS["rejected_records_are_few"]
    tests = good_lakehouse.folder / "target/compiled/stedi/tests/audit"
    sql = (tests / "rejected_records_are_few.sql").read_text()
    with duckdb.connect(str(good_lakehouse.database)) as connection:
        connection.begin()
        connection.execute(accident)
        assert connection.execute(sql.replace("1970-01-01", "2024-02-28")).fetchall()
        assert not connection.execute(sql.replace("1970-01-01", "2024-02-29")).fetchall()
        connection.rollback()


def test_a_row_less_than_published_is_seen(good_lakehouse: Lakehouse) -> None:
    published = good_lakehouse.dbt("test", "--select", "test_name:row_count_is_published")
    assert published.success, failure(published)
    compiled = (good_lakehouse.folder / "target/compiled/stedi/models").rglob("*_is_published.sql")
    tests = {path.stem.removesuffix("_row_count_is_published"): path for path in compiled}
    assert len(tests) == 8
    with duckdb.connect(str(good_lakehouse.database)) as connection:
        for table, path in tests.items():
            if table.endswith("_landing"):  # a view of files, counted where it is loaded
                table = f"stg_{table.removesuffix('_landing')}"
            connection.begin()
            connection.execute(f"delete from {schema_of(table)}.{table} where rowid = 0")
            assert connection.execute(path.read_text()).fetchall(), table
            connection.rollback()
