"""A lakehouse that a test builds for itself, in this process, from any landing root."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from tests.conformance.oracle import DERIVED_DOUBLES

PROJECT = Path(__file__).parents[2]

# The secret of made data is none; not ASCII alone, as pseudonyms are made of UTF-8.
PEPPER = "a pepper for tests: \u00fc\U0001f45f"

TABLES = """
    select table_name from information_schema.tables
    where table_schema like 'stedi\\_%' escape '\\' and table_type = 'BASE TABLE'
"""


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
        secret = folder / "secret"
        secret.mkdir(exist_ok=True)
        (secret / "pepper").write_text(PEPPER + "\n", encoding="utf-8")
        self.variables = {
            "STEDI_SECRET": str(secret),
            "STEDI_DUCKDB": str(self.database),
            "STEDI_CODE_VERSION": "v0",  # the same before and after a change of the clone
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",  # writing it takes long, and nobody reads it
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

    def dbt(
        self,
        *arguments: str,
        landing: Path | str | None = None,
        manifest: Manifest | None = None,
    ) -> dbtRunnerResult:
        """Run a dbt command quietly; landing becomes STEDI_LANDING where it is given."""
        self.enter()
        if landing is not None:
            self.environment.setenv("STEDI_LANDING", str(landing))
        try:
            return dbtRunner(manifest).invoke(["--quiet", *arguments, "--target", self.target])
        finally:
            # The adapter would keep the file open for as long as this process lives.
            DuckDBConnectionManager.close_all_connections()

    @cached_property
    def manifest(self) -> Manifest:
        """The project as it was when a test first asked for it."""
        return self.dbt("parse").result

    def run(self, *arguments: str, landing: Path | str, **where: str) -> dbtRunnerResult:
        """`dbt run` without reading the project again.

        That takes seconds where a variable has changed, and a fifth of a run where none has.
        """
        how = {"landing": landing, "manifest": self.manifest, **where}
        return self.dbt("--no-write-json", "run", *arguments, **how)

    def opened(self) -> AbstractContextManager:
        """Keep the database open for several queries: opening it takes longer than most of them."""
        return duckdb.connect(str(self.database))

    def tables(self) -> set[str]:
        """The names of all tables that are there."""
        return {name for (name,) in self.query(TABLES)}

    def snapshot(self) -> dict[str, Counter[tuple]]:
        """All columns and rows of all tables, by their names."""
        with self.opened():
            named = self.query(TABLES.replace("select", "select table_schema,"))
            return {name: multiset(self.query(f"from {schema}.{name}")) for schema, name in named}

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def rows(self, table: str, columns: tuple[str, ...]) -> Counter[tuple]:
        """Return a table's rows as a multiset; dates become text, derived doubles are rounded."""
        names = ", ".join(
            f"cast({name} as varchar)" if name == "ingest_date" else f'"{name}"' for name in columns
        )
        rows = self.query(f"select {names} from {schema_of(table)}.{table}")
        return multiset(rounded(columns, rows))


def schema_of(table: str) -> str:
    """Return the schema of a model or landing view: a folder is a zone, and a zone a schema."""
    folders = [path.parent.name for path in PROJECT.glob(f"models/*/{table}.sql")]
    return f"stedi_{folders[0] if folders else 'landing'}"


def rounded(columns: tuple[str, ...], rows: Iterable[tuple]) -> list[tuple]:
    """Rows with their derived doubles rounded to 9 decimals, as engines differ in the last bit."""
    return [
        tuple(
            # + 0.0, as what rounds to zero has no sign
            round(value, 9) + 0.0 if column in DERIVED_DOUBLES and value is not None else value
            for column, value in zip(columns, row, strict=True)
        )
        for row in rows
    ]


def multiset(rows: Iterable[tuple]) -> Counter[tuple]:
    """Count equal rows; unlike ==, it tells -0.0 from 0.0 and true from 1."""
    return Counter(tuple(map(repr, row)) for row in rows)


def failure(result: dbtRunnerResult) -> str:
    """Return what dbt said of a failed run; fails the test if the run did not fail."""
    assert not result.success, "the run was expected to fail"
    if result.exception:
        return str(result.exception)
    return "\n".join(str(node.message) for node in result.result if node.status != "success")
