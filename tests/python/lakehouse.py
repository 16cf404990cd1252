"""A lakehouse that a test builds for itself, in this process, from any landing root."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

PROJECT = Path(__file__).parents[2]

SCHEMAS = {
    "customer_landing": "stedi_landing",
    "accelerometer_landing": "stedi_landing",
    "step_trainer_landing": "stedi_landing",
    "stg_customer": "stedi_staging",
    "stg_accelerometer": "stedi_staging",
    "stg_step_trainer": "stedi_staging",
    "consent_intervals": "stedi_consent",
    "device_claims": "stedi_consent",
    "customer_trusted": "stedi_trusted",
    "accelerometer_trusted": "stedi_trusted",
    "step_trainer_trusted": "stedi_trusted",
    "customers_curated": "stedi_curated",
    "machine_learning_curated": "stedi_curated",
}


class Lakehouse:
    """A DuckDB lakehouse in a folder of its own."""

    target = "local"

    def __init__(
        self, folder: Path, environment: pytest.MonkeyPatch, project: Path = PROJECT
    ) -> None:
        """Take a folder for database, target and logs; the profile is the example's."""
        self.folder = folder
        self.database = folder / "stedi.duckdb"
        self.environment = environment
        self.variables = {
            "STEDI_DUCKDB": str(self.database),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_PROFILES_DIR": str(folder),
            "DBT_PROJECT_DIR": str(project),
        }
        shutil.copy(PROJECT / "profiles.example.yml", folder / "profiles.yml")
        for name in ("STEDI_SCHEMA", "STEDI_PUBLISHED_COUNTS"):
            environment.delenv(name, raising=False)
        self.enter()

    def enter(self) -> None:
        """Point dbt's variables to this lakehouse, as another may have set them to itself."""
        for name, value in self.variables.items():
            self.environment.setenv(name, value)

    def dbt(self, *arguments: str, landing: Path | str | None = None) -> dbtRunnerResult:
        """Run a dbt command quietly; landing becomes STEDI_LANDING where it is given."""
        self.enter()
        if landing is not None:
            self.environment.setenv("STEDI_LANDING", str(landing))
        try:
            return dbtRunner().invoke(["--quiet", *arguments, "--target", self.target])
        finally:
            # The adapter would keep the file open for as long as this process lives.
            DuckDBConnectionManager.close_all_connections()

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def rows(self, table: str, columns: tuple[str, ...]) -> Counter[tuple]:
        """Return a table's rows as a multiset; dates become text."""
        names = ", ".join(
            f"cast({name} as varchar)" if name == "ingest_date" else f'"{name}"' for name in columns
        )
        return multiset(self.query(f"select {names} from {SCHEMAS[table]}.{table}"))


def multiset(rows: Iterable[tuple]) -> Counter[tuple]:
    """Count equal rows; unlike ==, it tells -0.0 from 0.0 and true from 1."""
    return Counter(tuple(map(repr, row)) for row in rows)


def failure(result: dbtRunnerResult) -> str:
    """Return what dbt said of a failed run; fails the test if the run did not fail."""
    assert not result.success, "the run was expected to fail"
    if result.exception:
        return str(result.exception)
    return "\n".join(str(node.message) for node in result.result if node.status != "success")
