"""The athena target builds, and every table equals DuckDB's, row for row."""

from __future__ import annotations

import os
from pathlib import Path

import landing_cases
import oracle
import pytest
from athena_lakehouse import AthenaLakehouse
from expected_tables import expected_tables
from lakehouse import Lakehouse, failure, multiset
from parity import differences

ALL_DIRT = ("--dirt", "--huge-lines", "--versions", "0.2", "--arrival", "--late-files", "3")


def assert_parity(
    lakehouse: Lakehouse,
    athena_lakehouse: AthenaLakehouse,
    folder: Path,
    landing: Path,
    command: str = "run",
    show_rows: bool = True,
) -> None:
    for each in (lakehouse, athena_lakehouse):
        result = each.dbt(command, landing=landing)
        assert result.success, failure(result)
    found = differences(lakehouse, athena_lakehouse, folder, show_rows)
    assert not found, "\n".join(found)


def test_build_of_the_generated_data(
    lakehouse, athena_lakehouse, generate, tmp_path, session_environment
) -> None:
    session_environment.setenv("STEDI_PUBLISHED_COUNTS", "true")
    try:
        assert_parity(lakehouse, athena_lakehouse, tmp_path, generate(), command="build")
    finally:
        session_environment.delenv("STEDI_PUBLISHED_COUNTS")


def test_every_kind_of_dirt(lakehouse, athena_lakehouse, generate, tmp_path) -> None:
    assert_parity(lakehouse, athena_lakehouse, tmp_path, generate(*ALL_DIRT))


def test_empty_landing(lakehouse, athena_lakehouse, tmp_path) -> None:
    root = tmp_path / "landing"
    for feed in oracle.FEEDS:
        folder = root / feed / "landing"
        folder.mkdir(parents=True)
        (folder / "blank.json").write_text("\n \n")
    assert_parity(lakehouse, athena_lakehouse, tmp_path, root)


@pytest.mark.full
def test_ten_times_the_data(lakehouse, athena_lakehouse, generate, tmp_path) -> None:
    assert_parity(lakehouse, athena_lakehouse, tmp_path, generate("--customers", "9560"))


@pytest.mark.full
def test_shared_serials(lakehouse, athena_lakehouse, generate, tmp_path) -> None:
    assert_parity(lakehouse, athena_lakehouse, tmp_path, generate("--shared-serials", "30"))


@pytest.mark.full
def test_course_files(lakehouse, athena_lakehouse, tmp_path) -> None:
    folder = os.environ.get("STEDI_COURSE_LANDING")
    if not folder:
        pytest.skip("STEDI_COURSE_LANDING does not name the course's landing files")
    assert_parity(lakehouse, athena_lakehouse, tmp_path, Path(folder), show_rows=False)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3))
def test_random_landing_equals_the_oracle(lakehouse, athena_lakehouse, tmp_path, seed: int) -> None:
    root = tmp_path / "landing"
    landing_cases.random_landing(seed, root)
    assert_parity(lakehouse, athena_lakehouse, tmp_path, root)
    for table, (columns, rows) in expected_tables(root).items():
        assert athena_lakehouse.rows(table, columns) == multiset(rows), table


LANDING_CASES = sorted(
    set(landing_cases.CASES) - landing_cases.SLOW - landing_cases.ENGINE_MAY_DIFFER
)
REFUSED_CASES = sorted(set(landing_cases.REFUSED) - landing_cases.ENGINE_MAY_DIFFER)


@pytest.mark.full
@pytest.mark.parametrize("case", LANDING_CASES)
def test_landing_case_equals_the_oracle(athena_lakehouse, tmp_path, case: str) -> None:
    landing_cases.CASES[case](tmp_path)
    result = athena_lakehouse.dbt("run-operation", "stage_external_sources", landing=tmp_path)
    assert result.success, failure(result)
    for table, rows in oracle.read_landing(tmp_path).items():
        view = table.removeprefix("stg_") + "_landing"
        assert athena_lakehouse.rows(view, oracle.COLUMNS[table]) == multiset(rows), view


@pytest.mark.full
@pytest.mark.parametrize("case", REFUSED_CASES)
def test_refused_landing_names_what_is_wrong(athena_lakehouse, tmp_path, case: str) -> None:
    root = tmp_path / "landing"
    root.mkdir()
    write, fragment = landing_cases.REFUSED[case]
    write(root)
    message = failure(athena_lakehouse.dbt("run", "--select", "stg_customer", landing=root))
    assert fragment.replace(landing_cases.ROOT, "s3://") in message
