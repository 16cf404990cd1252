"""The dbt project of tests/athena/scenarios on the local Athena."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from athena_lakehouse import AthenaLakehouse
from local_athena.lifecycle import LocalAthena

PROJECT = Path(__file__).parent / "scenarios"
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
      s3_staging_dir: s3://stedi-results/scenarios/
      s3_data_dir: s3://stedi-lake/scenarios/
      s3_data_naming: schema_table_unique
      threads: 4
      poll_interval: 0.1
"""


class ScenarioLakehouse(AthenaLakehouse):
    """A shop: the models of the project, and the source they read."""

    def __init__(
        self, folder: Path, environment: pytest.MonkeyPatch, local_athena: LocalAthena
    ) -> None:
        super().__init__(folder, environment, local_athena)
        self.variables["DBT_PROJECT_DIR"] = str(PROJECT)
        (folder / "profiles.yml").write_text(PROFILES)
        self.execute("create schema if not exists shop")
        self.execute(
            "create table if not exists shop.orders (order_id int, customer string, status string,"
            " amount int, updated_at timestamp, order_day date)"
            " location 's3://stedi-lake/landed/orders/' tblproperties ('table_type' = 'ICEBERG')"
        )

    def receive(self, *orders: tuple[int, str, str, int, datetime]) -> None:
        """Replace the source's rows: order, customer, status, amount, time of the change."""
        self.execute("delete from shop.orders")
        values = ", ".join(
            f"({number}, '{customer}', '{status}', {amount}, timestamp '{time}',"
            f" date '{time:%Y-%m-%d}')"
            for number, customer, status, amount, time in orders
        )
        self.execute(f"insert into shop.orders values {values}")
