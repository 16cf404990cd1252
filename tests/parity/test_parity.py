"""Every table in Athena equals DuckDB's, row for row, whatever is in landing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance import oracle
from tests.conformance.cases import random_landing
from tests.conformance.expected_tables import expected_tables
from tests.parity.parity import differences
from tests.support.athena_lakehouse import AthenaLakehouse
from tests.support.lakehouse import Lakehouse, failure, multiset


def assert_parity(
    lakehouse: Lakehouse,
    athena_lakehouse: AthenaLakehouse,
    folder: Path,
    landing: Path,
    show_rows: bool = True,
) -> None:
    for each in (lakehouse, athena_lakehouse):
        result = each.dbt("run", landing=landing)
        assert result.success, failure(result)
    found = differences(lakehouse, athena_lakehouse, folder, show_rows)
    assert not found, "\n".join(found)


@pytest.mark.full
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
def test_every_kind_of_dirt_among_more_people(
    lakehouse, athena_lakehouse, generate, tmp_path
) -> None:
    dirt = ("--dirt", "--huge-lines", "--versions", "0.2", "--arrival", "--late-files", "3")
    assert_parity(lakehouse, athena_lakehouse, tmp_path, generate(*dirt))


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
    random_landing(seed, root)
    assert_parity(lakehouse, athena_lakehouse, tmp_path, root)
    for table, (columns, rows) in expected_tables(root).items():
        assert athena_lakehouse.rows(table, columns) == multiset(rows), table
