"""The tables in the DuckDB file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from . import Problem

BATCH = 10_000  # rows in memory at a time
# With one thread DuckDB drops a byte order mark at a landing file's start.
LEAST_THREADS = 2


class Local:
    """The DuckDB file that dbt's target `local` has built."""

    ends_lines_at_cr = False
    drops_byte_order_mark = False

    def __init__(self, database: Path, schema: str) -> None:
        """Open the file. Raises Problem if there is none or it cannot be read."""
        self._schema = schema
        self.name = str(database)
        if not database.exists():
            raise Problem(f"there is no {database}: run make build, or set STEDI_DUCKDB")
        threads = max(LEAST_THREADS, os.cpu_count() or LEAST_THREADS)
        try:
            self.connection = duckdb.connect(
                str(database), read_only=True, config={"threads": threads}
            )
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise Problem(
                f"{database} cannot be read: close the program that has it open, or set "
                f"STEDI_DUCKDB to another file ({said})"
            ) from None

    def table(self, zone: str, name: str) -> str:
        """Return a table as SQL."""
        return f'"{self._schema}_{zone}"."{name}"'

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns, in their order."""
        return [row[0] for row in self.rows(f"describe {table}")]

    def rows(self, sql: str) -> Iterator[tuple]:
        """Yield the rows of a query."""
        try:
            cursor = self.connection.cursor().execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield from batch
        except duckdb.CatalogException as error:
            said = str(error).splitlines()[0]
            raise Problem(f"{said} Run make build; STEDI_SCHEMA is {self._schema}") from None
        except duckdb.Error as error:
            raise Problem(f"DuckDB cannot answer: {error}") from None

    def sha256(self, text: str) -> str:
        """Return SQL for the SHA-256 of a text in hexadecimal digits."""
        return f"sha256({text})"

    def relation(self, table: str, columns: Mapping[str, str], folder: Path) -> str:
        """Return a query of a table's columns."""
        return f"select {', '.join(columns)} from {table}"
