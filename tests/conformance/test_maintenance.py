"""`dbt run-operation maintain_staging` where there is nothing to do; in Athena: tests/parity."""

from __future__ import annotations

from tests.support.lakehouse import Lakehouse

MAINTAIN = ("run-operation", "maintain_staging")


def test_duckdb_needs_no_maintenance_and_a_wrong_name_is_said(lakehouse: Lakehouse, capfd) -> None:
    assert lakehouse.dbt(*MAINTAIN).success
    assert capfd.readouterr().out.splitlines() == [
        f"stg_{feed}: nothing to do on DuckDB"
        for feed in ("accelerometer", "customer", "step_trainer")
    ]
    assert not lakehouse.dbt(*MAINTAIN, "--args", "{models: [stg_customer, nothing]}").success
    out = capfd.readouterr().out
    assert "nothing is no model of this project" in out and "nothing to do" not in out
