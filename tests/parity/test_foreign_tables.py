"""Tables of somebody else in our databases: no build deletes or misreads data for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress

import boto3
import pytest

from tests.conformance.cases import LANDINGS, write_landing
from tests.parity.test_landing_cases import assert_landing_is_read
from tests.support.athena_lakehouse import LANDING, VARIABLES, AthenaLakehouse
from tests.support.lakehouse import PROJECT, failure

LAKE = VARIABLES["STEDI_ATHENA_DATA"]
SECRET, RESULTS = VARIABLES["STEDI_SECRET"], VARIABLES["STEDI_ATHENA_RESULTS"]

OVER_LANDING = "overlaps landing (STEDI_LANDING)"
OVER_SECRET = "overlaps the secret (STEDI_SECRET)"
OVER_RESULTS = "overlaps the query results (STEDI_ATHENA_RESULTS)"
OUTSIDE = f"is not in a folder below {LAKE}stedi_"
BESIDE = f"{LAKE}stedi_intermediate/"

Definition = dict


def external(location: str, column: str = "line", **properties: str) -> Definition:
    """A text table as Glue keeps it."""
    return {
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": "string"}],
            "Location": location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                "Parameters": {"field.delim": "\n", "serialization.format": "\n"},
            },
        },
        "PartitionKeys": [],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **properties},
    }


def iceberg(location: str, metadata_location: str) -> Definition:
    """An Iceberg table as Glue keeps it."""
    return external(location, table_type="ICEBERG", metadata_location=metadata_location)


# Table (zone.name) -> how it is defined, what is said of it.
REFUSED = {
    "trusted.customer_trusted": (external(f"{LANDING}/"), OVER_LANDING),
    "trusted.accelerometer_trusted": (external(f"{LANDING}/customer/landing"), OVER_LANDING),
    "staging.stg_customer": (external("s3://stedi-landing"), OVER_LANDING),
    "staging.stg_step_trainer__dbt_tmp": (external(f"{LANDING}/new"), OVER_LANDING),
    "staging.stg_customer__dbt_tmp_1a_2b": (external(LANDING), OVER_LANDING),
    "curated.customers_curated__ha": (external(LANDING.replace("s3", "s3a", 1)), OVER_LANDING),
    "curated.machine_learning_curated__bkp": (external("s3://stedi-landing//stedi"), OVER_LANDING),
    "expected.published_row_counts": (external(f"{LANDING}?new"), OVER_LANDING),  # dbt cuts at ?
    "expected.probe_bad_rows__dbt_tmp": (external(SECRET), OVER_SECRET),
    "test_failures.row_accounting_adds_up_to_landing": (external(RESULTS), OVER_RESULTS),
    "audit.not_ours": (external(f"{LANDING}/"), OVER_LANDING),
    "audit.plausibility": (iceberg(f"{LAKE}t/", f"{LANDING}/metadata/1.json"), OVER_LANDING),
    "landing.customer_landing": (external(f"{LANDING}/customer/landing/"), OVER_LANDING),
    "landing.customer_landing_copy": (external(f"{LANDING}/customer/landing/"), OVER_LANDING),
    "landing.customer_landing_lines__bkp": (external(f"{LANDING}/customer"), OVER_LANDING),
    "secret.pepper_copy": (external(SECRET), OVER_SECRET),
    "research.readings": (external("s3://stedi-lake/stedi2/t"), OUTSIDE),
    "research.reading_pairs": (external("s3://stedi-lake/Stedi/t"), OUTSIDE),
    "audit.rejected_records": (external("s3://stedi-lake//stedi/t"), OUTSIDE),
    "audit.reconciliation": (external(LAKE), OUTSIDE),
    "audit.row_accounting": (external(f"{LAKE}?t"), OUTSIDE),
    "intermediate.customer_versions": (external("s3://elsewhere/t/"), OUTSIDE),
    "trusted.step_trainer_trusted": (external(f"{LAKE}a"), OUTSIDE),
    "research.publishable_reading_pairs": (  # production's, seen from a developer's database
        external(f"{LAKE}prod_research/publishable_reading_pairs/1/"),
        f"{OUTSIDE}research/publishable_reading_pairs/",
    ),
    "curated.customers_curated": (external(f"{LAKE}stedi_curated2/customers_curated/1"), OUTSIDE),
    "curated.machine_learning_curated": (
        external(f"{LAKE}stedi_curated/customers_curated/1"),
        OUTSIDE,
    ),
    "intermediate.consent_intervals": (external(f"{LAKE}stedi_intermediate"), OUTSIDE),
    "intermediate.not_ours": (external(f"{BESIDE}device_claims/1"), OUTSIDE),
    "intermediate.device_claims__hard": (
        external(f"{BESIDE}device_claims/1"),
        f"{OUTSIDE}intermediate/device_claims__hard/",
    ),
    "landing.customer_landing_lines": (iceberg(f"{LAKE}l", f"{LAKE}l/1.json"), "rows of its own"),
    "landing.step_trainer_landing": (external(f"{LAKE}v"), "no view of Athena's"),
    "staging.stg_accelerometer": (  # the next one would be below it, and go with it
        external(f"{LAKE}stedi_staging/stg_accelerometer"),
        f"{OUTSIDE}staging/stg_accelerometer/",
    ),
    "staging.stg_customer_loaded_with": (external(f"{LAKE}n"), "no view of Athena's"),
}
ALLOWED = {
    "intermediate.device_claims": external(f"{BESIDE}device_claims/1/"),
    "intermediate.device_claims__bkp": external(f"{BESIDE}device_claims/1"),
    "intermediate.loaded_files": external(f"{BESIDE}loaded_files/12"),
    "intermediate.first_consents": external(BESIDE.replace("s3", "s3n", 1) + "first_consents/f"),
    "intermediate.device_reading_owners": iceberg(
        f"{BESIDE}device_reading_owners/1",
        f"{BESIDE}device_reading_owners/1/metadata/1.json",
    ),
    "intermediate.device_claims__dbt_tmp_1": external(f"{BESIDE}device_claims__dbt_tmp_1/1"),
    "intermediate.no_place": external(""),
    "intermediate.no_storage": {"TableType": "EXTERNAL_TABLE"},
    "curated.not_ours": external(f"{LAKE}stedi_curated/not_ours/1"),
    "curated.nor_this": external(f"{LAKE}stedi_curated/nor_this/"),
    "landing.accelerometer_landing_lines": external(f"{LANDING}/accelerometer/landing"),
}


class Catalog:
    """Glue, with tables that are gone at the end of a test."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self.glue = boto3.Session().client("glue")
        self.made: list[dict[str, str]] = []

    def put(self, table: str, definition: Definition) -> None:
        """Put a table (zone.name) in the place of one that may be there."""
        zone, name = table.split(".")
        where = {"DatabaseName": f"stedi_{zone}", "Name": name}
        with suppress(self.glue.exceptions.AlreadyExistsException):
            self.glue.create_database(DatabaseInput={"Name": where["DatabaseName"]})
        self.drop(where)
        self.glue.create_table(
            DatabaseName=where["DatabaseName"], TableInput={"Name": name, **definition}
        )
        self.made.append(where)

    def drop(self, where: dict[str, str]) -> None:
        """Take a table out of the catalog, if it is there."""
        with suppress(self.glue.exceptions.EntityNotFoundException):
            self.glue.delete_table(**where)

    def definition(self, table: str) -> Definition:
        """Return a table as it is defined, in the form of `external`."""
        zone, name = table.split(".")
        found = self.glue.get_table(DatabaseName=f"stedi_{zone}", Name=name)["Table"]
        return {key: found[key] for key in external("")}


@pytest.fixture
def catalog(athena_lakehouse) -> Iterator[Catalog]:
    """The catalog of the lakehouse."""
    athena_lakehouse.enter()
    catalog = Catalog()
    yield catalog
    for where in catalog.made:
        catalog.drop(where)


def objects(lakehouse: AthenaLakehouse) -> set[str]:
    """The keys of everything that a build must leave alone."""
    found = set()
    for bucket in ("stedi-landing", "stedi-secret"):
        listed = lakehouse.s3.list_objects_v2(Bucket=bucket)["Contents"]
        found |= {f"{bucket}/{each['Key']}" for each in listed}
    return found


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--select", "+customer_trusted"),
        ("seed",),
        ("test", "--store-failures"),
        ("run-operation", "stage_external_sources"),
    ],
    ids=" ".join,
)
def test_a_table_over_landing_stops_what_writes(
    athena_lakehouse, catalog, tmp_path, capsys, command: tuple[str, ...]
) -> None:
    write_landing(LANDINGS["customers_only"], tmp_path)
    athena_lakehouse.upload(tmp_path)
    before = objects(athena_lakehouse)
    catalog.put("trusted.customer_trusted", external(f"{LANDING}/"))
    message = failure(athena_lakehouse.dbt(*command)) + capsys.readouterr().out
    assert f"stedi_trusted.customer_trusted: {LANDING}/ {OVER_LANDING}" in message
    assert "aws glue delete-table" in message
    assert objects(athena_lakehouse) == before


def test_every_table_in_the_wrong_place_is_named_and_no_other(athena_lakehouse, catalog) -> None:
    for table, (definition, _) in REFUSED.items():
        catalog.put(table, definition)
    for table, definition in ALLOWED.items():
        catalog.put(table, definition)
    message = failure(athena_lakehouse.dbt("seed"))
    lines = [line.strip().removeprefix("stedi_") for line in message.splitlines()]
    overlooked = [
        table
        for table, (_, what) in REFUSED.items()
        if not any(line.startswith(f"{table}:") and what in line for line in lines)
    ]
    wronged = [line for line in lines if line.partition(":")[0] in ALLOWED]
    assert (overlooked, wronged) == ([], [])


@pytest.mark.parametrize(
    ("variable", "place", "what"),
    [
        ("STEDI_ATHENA_DATA", "s3://stedi-landing/", OVER_LANDING),
        ("STEDI_ATHENA_DATA", "s3://stedi-lake//stedi/", "set it to s3://bucket/prefix/"),
        ("STEDI_SECRET", f"{LAKE}secret", OVER_SECRET),
    ],
)
def test_the_lake_is_apart(athena_lakehouse, monkeypatch, variable, place, what) -> None:
    monkeypatch.setitem(athena_lakehouse.variables, variable, place)
    message = failure(athena_lakehouse.dbt("seed"))
    assert "STEDI_ATHENA_DATA" in message and what in message


def test_every_table_has_a_folder_of_its_own(athena_lakehouse) -> None:
    profile = athena_lakehouse.folder / "profiles.yml"
    text = profile.read_text()
    profile.write_text(text.replace("schema_table_unique", "schema_table", 1))
    try:
        message = failure(athena_lakehouse.dbt("seed"))
    finally:
        profile.write_text(text)
    assert "set it to schema_table_unique" in message


# Settings of seeds: what is said of each, if it is wrong.
SETTINGS = {
    f"+s3_data_dir: {LAKE}": None,
    f"published_row_counts: {{+s3_data_dir: {LANDING}/customer}}": (
        f"s3_data_dir of published_row_counts: {LANDING}/customer {OVER_LANDING}"
    ),
    f"published_pair_counts: {{+external_location: {LAKE}stedi_trusted}}": (
        "published_pair_counts: by its settings it would overlap accelerometer_trusted, cust"
    ),
    "probes: {probe_bad_rows: {+s3_data_naming: schema_table}}": (
        "s3_data_naming of probe_bad_rows: takes"
    ),
}


def test_a_place_in_the_project_s_settings_is_looked_at(
    athena_lakehouse, monkeypatch, tmp_path
) -> None:
    """dbt would delete what is there before the first table is made."""
    project = tmp_path / "project"
    ignored = shutil.ignore_patterns(".*", "data", "target", "logs", "tests", "packages")
    shutil.copytree(PROJECT, project, ignore=ignored)
    shutil.copytree(PROJECT / "tests/generic", project / "tests/generic")
    file, place = project / "dbt_project.yml", "    +schema: expected\n"
    assert place in file.read_text()
    settings = "".join(f"    {setting}\n" for setting in SETTINGS)
    file.write_text(file.read_text().replace(place, place + settings))
    monkeypatch.setitem(athena_lakehouse.variables, "DBT_PROJECT_DIR", str(project))
    message = failure(athena_lakehouse.dbt("seed", "--select", "published_row_counts"))
    wrong = [line.strip() for line in message.splitlines() if line.startswith("    ")]
    assert len(wrong) == 3, message
    for line, said in zip(sorted(wrong), sorted(filter(None, SETTINGS.values())), strict=True):
        assert line.startswith(said)


def test_seeds_are_not_loaded_while_landing_is_unknown(athena_lakehouse, monkeypatch) -> None:
    monkeypatch.setitem(athena_lakehouse.variables, "STEDI_LANDING", "")
    assert "STEDI_LANDING must be s3://" in failure(athena_lakehouse.dbt("seed"))


# What somebody else may have changed about an external table of ours, in the form of `external`.
CHANGES = {
    "header": {"Parameters": {"skip.header.line.count": "1"}},
    "columns": {"StorageDescriptor": {"Columns": [{"Name": "email", "Type": "string"}]}},
    "projection": {
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
        "Parameters": {
            "projection.enabled": "true",
            "projection.day.type": "enum",
            "projection.day.values": "1",
        },
    },
    "classification": {"Parameters": {"classification": "json"}},
    "partitions": {"PartitionKeys": [{"Name": "ingest_date", "Type": "string"}]},
    "footer": {"Parameters": {"skip.footer.line.count": "1"}},
    "type": {"StorageDescriptor": {"Columns": [{"Name": "line", "Type": "int"}]}},
    "place": {"StorageDescriptor": {"Location": f"{LANDING}-old"}},
    "input": {
        "StorageDescriptor": {"InputFormat": "org.apache.hadoop.mapred.SequenceFileInputFormat"}
    },
    "output": {"StorageDescriptor": {"OutputFormat": "org.apache.hadoop.mapred.TextOutputFormat"}},
    "delimiter": {"StorageDescriptor": {"SerdeInfo": {"Parameters": {"field.delim": ","}}}},
    "null": {
        "StorageDescriptor": {"SerdeInfo": {"Parameters": {"serialization.null.format": "{}"}}}
    },
    "serde": {
        "StorageDescriptor": {
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
        }
    },
    "storage": {"StorageDescriptor": {"Parameters": {"skip.header.line.count": "1"}}},
    "buckets": {"StorageDescriptor": {"BucketColumns": ["line"], "NumberOfBuckets": 2}},
    "view": {"TableType": "VIRTUAL_VIEW", "ViewOriginalText": "select 1"},
    "no kind": {"TableType": None},
}
READERS = {
    f"landing.{feed}_landing_{kind}": external(f"{LANDING}/{feed}/landing")
    | ({"PartitionKeys": [{"Name": "ingest_date", "Type": "string"}]} if kind == "days" else {})
    for feed in ("accelerometer", "customer", "step_trainer")
    for kind in ("lines", "days")
}


def merged(definition: Definition, change: Definition) -> Definition:
    """A definition with a change; None takes a key away."""
    result = {**definition}
    for key, value in change.items():
        is_part = isinstance(value, dict) and key in definition
        result[key] = merged(definition[key], value) if is_part else value
    return {key: value for key, value in result.items() if value is not None}


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(first, marks=pytest.mark.full if first else ())
        for first in range(0, len(CHANGES), len(READERS))
    ],
)
def test_a_reader_that_was_changed_is_made_anew(
    athena_lakehouse, catalog, tmp_path, first: int
) -> None:
    write_landing(LANDINGS["outcomes"], tmp_path)
    changes = list(CHANGES)[first : first + len(READERS)]
    for reader, change in zip(READERS, changes, strict=False):
        catalog.put(reader, merged(READERS[reader], CHANGES[change]))
    assert_landing_is_read(athena_lakehouse, tmp_path)
    for reader, change in zip(READERS, changes, strict=False):
        assert catalog.definition(reader) == READERS[reader], change


def test_a_reader_that_is_as_declared_stays(athena_lakehouse, catalog, tmp_path) -> None:
    write_landing(LANDINGS["outcomes"], tmp_path)
    for reader, definition in READERS.items():
        catalog.put(reader, merged(definition, {"Parameters": {"transient_lastDdlTime": "1"}}))
    assert_landing_is_read(athena_lakehouse, tmp_path)
    for reader in READERS:
        assert catalog.definition(reader)["Parameters"]["transient_lastDdlTime"] == "1"


def test_the_pepper_s_table_is_made_anew(athena_lakehouse, catalog) -> None:
    catalog.put("secret.pepper", merged(external(SECRET, "pepper"), CHANGES["header"]))
    result = athena_lakehouse.dbt("run-operation", "stage_pepper")
    assert result.success, failure(result)
    assert catalog.definition("secret.pepper") == external(SECRET, "pepper")
