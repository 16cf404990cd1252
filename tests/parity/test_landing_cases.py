"""The landing cases of tests/python in Athena: equal to the oracle, or refused in equal words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import landing_cases, oracle
from tests.support.athena_lakehouse import LANDING, AthenaLakehouse
from tests.support.lakehouse import failure, multiset

pytestmark = pytest.mark.full

LANDING_CASES = sorted(
    set(landing_cases.CASES) - landing_cases.SLOW - landing_cases.ENGINE_MAY_DIFFER
)
REFUSED_CASES = sorted(set(landing_cases.REFUSED) - landing_cases.ENGINE_MAY_DIFFER)


@pytest.mark.parametrize("case", LANDING_CASES)
def test_landing_case_equals_the_oracle(athena_lakehouse, tmp_path, case: str) -> None:
    landing_cases.CASES[case](tmp_path)
    assert_landing_is_read(athena_lakehouse, tmp_path)


def test_a_landing_root_takes_the_place_of_another(athena_lakehouse, tmp_path) -> None:
    for case, root in (("customers_only", LANDING), ("declared_key_given_twice", LANDING + "-2")):
        landing_cases.CASES[case](tmp_path / case)
        assert_landing_is_read(athena_lakehouse, tmp_path / case, root=root)


def assert_landing_is_read(athena_lakehouse: AthenaLakehouse, folder: Path, **where: str) -> None:
    stage = ("run-operation", "stage_external_sources")
    result = athena_lakehouse.dbt(*stage, landing=folder, **where)
    assert result.success, failure(result)
    for table, rows in oracle.read_landing(folder).items():
        view = table.removeprefix("stg_") + "_landing"
        assert athena_lakehouse.rows(view, oracle.COLUMNS[table]) == multiset(rows), view


@pytest.mark.parametrize("case", REFUSED_CASES)
def test_refused_landing_names_what_is_wrong(athena_lakehouse, tmp_path, case: str) -> None:
    root = tmp_path / "landing"
    root.mkdir()
    write, fragment = landing_cases.REFUSED[case]
    write(root)
    message = failure(athena_lakehouse.dbt("run", "--select", "stg_customer", landing=root))
    assert fragment.replace(landing_cases.ROOT, "s3://") in message
