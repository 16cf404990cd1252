"""Reads the tables of the lakehouse, on DuckDB or Athena, for scripts that show or export them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from tqdm import tqdm

from .command import Problem, add_aws_options
from .feeds import feeds
from .settings import Settings

BATCH = 10_000  # rows in memory at a time
# With one thread DuckDB drops a byte order mark at a landing file's start.
LEAST_THREADS = 2


class Lakehouse:
    """The tables, read only, in the DuckDB file that dbt's target `local` has built.

    `name` says which lakehouse it is. `connection` is a DuckDB that can read what `relation`
    returns, on either engine.
    """

    target = "local"

    def __init__(self, settings: Settings) -> None:
        """Open the file. Raises Problem if there is none or it cannot be read."""
        self._schema = settings.schema
        self.name = str(settings.database)
        if not settings.database.exists():
            raise Problem(f"there is no {self.name}: run make build, or set STEDI_DUCKDB")
        threads = max(LEAST_THREADS, os.cpu_count() or LEAST_THREADS)
        try:
            self.connection = duckdb.connect(self.name, True, {"threads": threads})
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            close = "close the program that has it open, or " * ("Could not set lock" in said)
            raise Problem(
                f"{self.name} cannot be read: {close}set STEDI_DUCKDB to another file ({said})"
            ) from None

    def table(self, zone: str, name: str) -> str:
        """Return a table as SQL."""
        return f'"{self._schema}_{zone}"."{name}"'

    def built(self, zones: Iterable[str]) -> set[tuple[str, str]]:
        """Return zone and name of the tables and views that some zones have. Raises Problem."""
        schemas = {f"{self._schema}_{zone}": zone for zone in zones}
        named = ", ".join(f"'{schema}'" for schema in sorted(schemas))
        tables = self.rows(
            "select table_schema, table_name from information_schema.tables "
            f"where table_schema in ({named})"
        )
        return {(schemas[schema], table) for schema, table in tables}

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns, in their order. Raises Problem."""
        return [column[0] for column in self._run(f"select * from {table} limit 0").description]

    def rows(self, sql: str) -> Iterator[tuple]:
        """Yield the rows of a query as Python values. Raises Problem."""
        cursor = self._run(sql)
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    def built_at(self) -> str | None:
        """Return the minute, UTC, in which row_accounting was built. Raises Problem if unknown."""
        return self._first(f'select built_at from "{self._schema}_audit".last_build()')

    def landing_root(self) -> str | None:
        """Return the landing root that it was built from, None or Problem if unknown."""
        return self._first(f'select landing_root from "{self._schema}_audit".last_build()')

    def sha256(self, text: str) -> str:
        """Return SQL for the SHA-256 of a text in hexadecimal digits."""
        return f"sha256({text})"

    def relation(self, table: str, columns: Mapping[str, str], folder: Path) -> str:
        """Return a query for `connection` that gives a table's columns, of these DuckDB types.

        From elsewhere the table is first copied into the folder. Raises Problem.
        """
        return f"select {', '.join(columns)} from {table}"

    def _first(self, sql: str) -> Any:
        return next((value for (value,) in self.rows(sql)), None)

    def _run(self, sql: str) -> Any:
        try:
            return self.connection.cursor().execute(sql)
        except duckdb.CatalogException as error:
            said = str(error).splitlines()[0]
            raise Problem(f"{said} Run make build; STEDI_SCHEMA is {self._schema}") from None
        except duckdb.Error as error:
            raise Problem(f"DuckDB cannot answer: {error}") from None


class AthenaLakehouse(Lakehouse):
    """The same of dbt's target `athena`, read through queries.

    Never from the tables' files, which may still hold deleted rows.
    """

    target = "athena"

    def __init__(self, arguments: argparse.Namespace, settings: Settings) -> None:
        """Take the options of a command line. Raises Problem if a setting is missing."""
        from . import athena  # boto3 takes longer to load than DuckDB to answer

        self._schema = settings.schema
        self.name = f"{settings.schema}_* in Athena"
        self.connection = duckdb.connect()
        self._athena = athena
        self._connection = athena.connect(arguments)
        self._s3 = athena.client("s3", arguments)

    def rows(self, sql: str) -> Iterator[tuple]:
        """Yield the rows of a query as Python values. Raises Problem."""
        return self._athena.rows(self._run(sql))

    def built_at(self) -> str | None:
        """Return when row_accounting was built: each build makes its table anew. Raises Problem.

        None if VACUUM has dropped the table's first snapshot: later ones are of OPTIMIZE.
        """
        written = "date_format(committed_at at time zone 'UTC', '%Y-%m-%d %H:%i')"
        snapshots = self.table("audit", "row_accounting$snapshots")
        return self._first(f"select {written} from {snapshots} where parent_id is null")

    def landing_root(self) -> str | None:
        """Return the landing root that staging was loaded from. Raises Problem if unknown.

        None if its tables were loaded from several.
        """
        views = (self.table("staging", f"stg_{feed}_loaded_with") for feed in feeds())
        roots = set(self.rows(" union ".join(f"select landing_root from {view}" for view in views)))
        return roots.pop()[0] if len(roots) == 1 else None

    def sha256(self, text: str) -> str:
        """Return SQL for the SHA-256 of a text in hexadecimal digits."""
        return f"lower(to_hex(sha256(to_utf8({text}))))"

    def relation(self, table: str, columns: Mapping[str, str], folder: Path) -> str:
        """Fetch Athena's result as the CSV file it is; return a query of that. Raises Problem."""
        result = self._run(f"select {', '.join(columns)} from {table}").output_location
        if not result:
            raise Problem("the workgroup manages its results itself: name one that has a bucket")
        bucket, _, key = result.removeprefix("s3://").partition("/")
        file = folder / Path(key).name
        with (
            self._athena.explained(f"{result} cannot be read"),
            tqdm(desc=table, unit="B", unit_scale=True, disable=None, leave=False) as progress,
        ):
            self._s3.download_file(bucket, key, str(file), Callback=progress.update)
        path = str(file).replace("'", "''")
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        # Unambiguous: an empty text has quotes, NULL has none.
        return (
            f"select * from read_csv('{path}', columns = {{{types}}}, header = true, "
            "auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
            "nullstr = '', allow_quoted_nulls = false)"
        )

    def _run(self, sql: str) -> Any:
        return self._athena.execute(self._connection, sql)


def add_options(options: argparse.ArgumentParser) -> None:
    """Add the options that choose the lakehouse; those for AWS count with --target athena."""
    targets = ("local", "athena")
    said = "the build's target (default: local)"
    options.add_argument("--target", choices=targets, default="local", help=said)
    add_aws_options(options)


def open_lakehouse(arguments: argparse.Namespace, settings: Settings) -> Lakehouse:
    """Open the lakehouse that the options choose. Raises Problem."""
    if arguments.target == "athena":
        return AthenaLakehouse(arguments, settings)
    return Lakehouse(settings)
