"""The tables in Athena, read through queries.

Never from the tables' files: those may still hold rows that have been deleted.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from athena_query import output, session
from athena_query.cli import PRICE_PER_TB
from athena_query.command import StatusLine, finish, start_request
from athena_query.execution import Patience, Query
from athena_query.results import Result, fetch
from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from . import Problem, SettingProblem

VALUES: dict[str, Callable[[str], Any]] = {
    "bigint": int,
    "integer": int,
    "double": float,
    "timestamp": datetime.fromisoformat,
}


class Athena:
    """The tables that dbt's target `athena` has built."""

    ends_lines_at_cr = True
    drops_byte_order_mark = True

    def __init__(
        self, arguments: argparse.Namespace, schema: str, patience: Patience | None = None
    ) -> None:
        """Take the options of a command line. Raises Problem if a setting is missing."""
        self._schema = schema
        self.name = f"{schema}_* in Athena"
        self._arguments = argparse.Namespace(
            **vars(arguments) | {"database": None, "price_per_tb": PRICE_PER_TB}
        )
        self._patience = patience or Patience()
        self.connection = duckdb.connect()
        self._client = client(arguments, "athena", attempts=self._patience.attempts)

    def table(self, zone: str, name: str) -> str:
        """Return a table as SQL."""
        return f'"{self._schema}_{zone}"."{name}"'

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns, in their order."""
        return [column.name for column in self._run(f"select * from {table} limit 0").columns]

    def rows(self, sql: str) -> Iterator[tuple]:
        """Yield the rows of a query."""
        result = self._run(sql)
        convert = [VALUES.get(column.type, str) for column in result.columns]
        for row in self._read(result):
            yield tuple(
                None if value is None else to_value(value)
                for to_value, value in zip(convert, row, strict=True)
            )

    def sha256(self, text: str) -> str:
        """Return SQL for the SHA-256 of a text in hexadecimal digits."""
        return f"lower(to_hex(sha256(to_utf8({text}))))"

    def relation(self, table: str, columns: Mapping[str, str], folder: Path) -> str:
        """Write a table to a CSV file in the folder; return a query of it."""
        result = self._run(f"select {', '.join(columns)} from {table}")
        name = table.replace('"', "")
        file = folder / f"{name}.csv"
        rows = tqdm(self._read(result), desc=name, unit=" rows", disable=None, leave=False)
        with file.open("w", encoding="utf-8", newline="") as sink:
            sink.writelines(line + "\n" for line in output.render_csv(result.columns, rows))
        return read_csv(file, columns)

    def _run(self, sql: str) -> Result:
        query = Query(self._client, start_request(sql, self._arguments), self._patience)
        try:
            return fetch(self._client, finish(query, self._arguments, sql, StatusLine()))
        except session.Problem as problem:
            raise _translated(problem) from None
        except (ClientError, BotoCoreError) as error:
            raise _unreadable(error) from error

    def _read(self, result: Result) -> Iterator[tuple[str | None, ...]]:
        try:
            yield from result.rows
        except (ClientError, BotoCoreError) as error:
            raise _unreadable(error) from error


def client(arguments: argparse.Namespace, service: str, **how: Any) -> Any:
    """Return a client of an AWS service. Raises Problem."""
    try:
        return session.connect(service, arguments.region, arguments.profile, **how)
    except session.Problem as problem:
        raise _translated(problem) from None


def _translated(problem: session.Problem) -> Problem:
    result = SettingProblem if problem.exit_code == SettingProblem.exit_code else Problem
    return result(str(problem))


def _unreadable(error: ClientError | BotoCoreError) -> Problem:
    return Problem(str(session.explain(error, "Athena's result cannot be read")))


def read_csv(file: Path, columns: Mapping[str, str]) -> str:
    """Return a DuckDB query of a CSV file, its columns of these types; nothing is guessed."""
    path = str(file).replace("'", "''")
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return (
        f"select * from read_csv('{path}', columns = {{{types}}}, header = true, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
        "nullstr = '', allow_quoted_nulls = false)"
    )
