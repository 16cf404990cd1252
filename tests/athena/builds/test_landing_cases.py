"""The landing cases of tests/python in Athena: equal to the oracle, or refused in equal words."""

from __future__ import annotations

import landing_cases
import oracle
import pytest
from lakehouse import failure, multiset

pytestmark = pytest.mark.full

LANDING_CASES = sorted(
    set(landing_cases.CASES) - landing_cases.SLOW - landing_cases.ENGINE_MAY_DIFFER
)
REFUSED_CASES = sorted(set(landing_cases.REFUSED) - landing_cases.ENGINE_MAY_DIFFER)


@pytest.mark.parametrize("case", LANDING_CASES)
def test_landing_case_equals_the_oracle(athena_lakehouse, tmp_path, case: str) -> None:
    landing_cases.CASES[case](tmp_path)
    result = athena_lakehouse.dbt("run-operation", "stage_external_sources", landing=tmp_path)
    assert result.success, failure(result)
    for table, rows in oracle.read_landing(tmp_path).items():
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
