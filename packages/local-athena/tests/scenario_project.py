"""The dbt project below scenarios/, run by dbt-athena on the local Athena."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import boto3
import pyathena
import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from local_athena.lifecycle import LocalAthena

BUCKETS = ("landed", "lake", "results")
PROFILES = """
scenarios:
  target: athena
  outputs:
    athena:
      type: athena
      database: awsdatacatalog
      schema: shop
      region_name: us-east-1
      work_group: primary
      s3_staging_dir: s3://results/scenarios/
      s3_data_dir: s3://lake/scenarios/
      s3_data_naming: schema_table_unique
      threads: 4
      poll_interval: 0.1
"""


class ScenarioProject:
    """A shop: the models of the project, and the source that they read."""

    def __init__(
        self, folder: Path, environment: pytest.MonkeyPatch, local_athena: LocalAthena
    ) -> None:
        """Take a folder for target and logs; the environment is set for as long as it lives."""
        self.folder = folder
        (folder / "profiles.yml").write_text(PROFILES)
        variables = {
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",  # writing it takes long, and nobody reads it
            "DBT_PROFILES_DIR": str(folder),
            "DBT_PROJECT_DIR": str(Path(__file__).parent / "scenarios"),
        }
        for name, value in (local_athena.environment() | variables).items():
            environment.setenv(name, value)
        self.s3 = boto3.Session().client("s3")
        self.connection = pyathena.connect(
            s3_staging_dir="s3://results/scenarios/", poll_interval=0.05
        )
        self.execute("create schema if not exists shop")
        self.execute(
            "create table if not exists shop.orders (order_id int, customer string, status string,"
            " amount int, updated_at timestamp, order_day date)"
            " location 's3://landed/orders/' tblproperties ('table_type' = 'ICEBERG')"
        )

    def dbt(self, *arguments: str) -> dbtRunnerResult:
        """Run a dbt command quietly."""
        return dbtRunner().invoke(["--quiet", *arguments])

    def execute(self, sql: str) -> None:
        """Run a statement to its end. Raises pyathena's OperationalError if it fails."""
        self.connection.cursor().execute(sql)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query; dates are text."""
        rows = self.connection.cursor().execute(sql).fetchall()
        return [tuple(str(v) if type(v) is date else v for v in row) for row in rows]

    def receive(self, *orders: tuple[int, str, str, int, datetime]) -> None:
        """Replace the source's rows: order, customer, status, amount, time of the change."""
        self.execute("delete from shop.orders")
        values = ", ".join(
            f"({number}, '{customer}', '{status}', {amount}, timestamp '{time}',"
            f" date '{time:%Y-%m-%d}')"
            for number, customer, status, amount, time in orders
        )
        self.execute(f"insert into shop.orders values {values}")


def failure(result: dbtRunnerResult) -> str:
    """Return what dbt said of a failed run; fails the test if the run did not fail."""
    assert not result.success, "the run was expected to fail"
    if result.exception:
        return str(result.exception)
    return "\n".join(str(node.message) for node in result.result if node.status != "success")
