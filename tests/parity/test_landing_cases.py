"""The landing cases of tests/conformance in Athena: equal to the oracle, or refused alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import oracle
from tests.conformance.cases import (
    ENGINE_MAY_DIFFER,
    LANDINGS,
    REFUSED,
    ROOT,
    SLOW,
    write_landing,
)
from tests.support.athena_lakehouse import LANDING, AthenaLakehouse
from tests.support.lakehouse import failure, multiset

pytestmark = pytest.mark.full


@pytest.mark.parametrize("landing", sorted(set(LANDINGS) - SLOW - ENGINE_MAY_DIFFER))
def test_landing_equals_the_oracle(athena_lakehouse, tmp_path, landing: str) -> None:
    write_landing(LANDINGS[landing], tmp_path)
    assert_landing_is_read(athena_lakehouse, tmp_path)


def test_a_landing_root_takes_the_place_of_another(athena_lakehouse, tmp_path) -> None:
    other = LANDING + "-2/ingest_date=1999-01-01/$path=3/two words/\u00fc\u65e5&+(1)@:;,=!"
    for landing, root in (("customers_only", LANDING), ("outcomes", other)):
        write_landing(LANDINGS[landing], tmp_path / landing)
        assert_landing_is_read(athena_lakehouse, tmp_path / landing, root=root)


def assert_landing_is_read(athena_lakehouse: AthenaLakehouse, folder: Path, **where: str) -> None:
    stage = ("run-operation", "stage_external_sources")
    result = athena_lakehouse.dbt(*stage, landing=folder, **where)
    assert result.success, failure(result)
    for table, rows in oracle.read_landing(folder).items():
        view = table.removeprefix("stg_") + "_landing"
        assert athena_lakehouse.rows(view, oracle.COLUMNS[table]) == multiset(rows), view


@pytest.mark.parametrize("case", sorted(set(REFUSED) - ENGINE_MAY_DIFFER))
def test_refused_landing_names_what_is_wrong(athena_lakehouse, tmp_path, case: str) -> None:
    root = tmp_path / "landing"
    root.mkdir()
    write, fragment = REFUSED[case]
    write(root)
    message = failure(athena_lakehouse.dbt("run", "--select", "path:models/staging", landing=root))
    assert fragment.replace(ROOT, "s3://") in message
