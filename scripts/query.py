#!/usr/bin/env python3
# Longer than most scripts: results come as a table, CSV or text, errors with their place marked.
"""Runs one SQL statement in Athena and shows its result; then, on stderr, what it cost.

for example:
  query.py "select * from stedi_curated.customers_curated limit 5"
  query.py --file report.sql --output report.csv
  echo "show tables in stedi_curated" | query.py -

A table is named with its schema (STEDI_SCHEMA is the prefix of several), or --database is given.
In a table NULL is NULL and an empty text is nothing; in CSV NULL is nothing, an empty text is "".
Bytes are priced by Athena's list: at least 10 MB a query, DDL and failed queries free, 1 TB = 2^40.
AWS_ENDPOINT_URL points the script to another Athena, e.g. a local one.
exit codes: 0 done, 1 the query failed or AWS refused, 2 an option or setting is missing or wrong,
130 interrupted (the query is cancelled), 141 the reader of the result has gone (as with | head)
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import TextIO

from stedi import athena, command, prices
from stedi.command import Problem, SettingProblem, printable

from pyathena.cursor import Cursor
from tabulate import tabulate
from tqdm import tqdm

WIDEST = 60  # characters of a value in a table; two such values fit side by side
NUMBERS = re.compile("(tiny|small|big)?int|integer|float|real|double|decimal")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("query.py", __doc__)
    add = result.add_argument
    source = result.add_mutually_exclusive_group(required=True)
    source.add_argument("sql", metavar="SQL", nargs="?", help="the statement; - reads stdin")
    source.add_argument("--file", metavar="FILE", type=Path, help="read the statement from a file")
    add("--database", metavar="NAME", help="of tables named without a schema")
    add("--format", choices=("table", "csv"), help="default: table; csv with --output")
    add("--output", metavar="FILE", type=Path, help="a file, replaced when the result is complete")
    most = "of a table (default: %(default)s)"
    add("--max-rows", metavar="N", type=command.whole, default=100, help=most)
    add("--wide", action="store_true", help=f"do not cut a table's values at {WIDEST} characters")
    prices.add_option(result)
    command.add_aws_options(result)
    return result


def query(arguments: argparse.Namespace) -> None:
    """Run the statement, write its result, say what it cost. Raises Problem, KeyboardInterrupt."""
    sql = read_sql(arguments)
    connection = athena.connect(arguments, arguments.database)
    is_csv = (arguments.format or ("csv" if arguments.output else "table")) == "csv"
    # The file is opened before the query costs anything.
    with command.replacing(arguments.output) if arguments.output else nullcontext(sys.stdout) as to:
        with tqdm(bar_format="{desc} {elapsed}", leave=False, disable=None) as line:
            how = {"on_poll": lambda execution: line.set_description_str(execution.state.lower())}
            try:
                cursor = athena.execute(connection, sql, converter=athena.AsText(), **how)
            except Problem as problem:
                problem.args = ("\n".join([str(problem), *mark(sql, str(problem))]),)
                raise
        count = write(cursor, to, None if is_csv else arguments.max_rows, arguments.wide)
    price = cost(cursor, arguments.price_per_tb)
    print(f"{count}, {price}, query {cursor.query_id}", file=sys.stderr)


def read_sql(arguments: argparse.Namespace) -> str:
    """Return the statement. Raises SettingProblem if it cannot be read or is empty."""
    try:
        if arguments.file:
            sql = arguments.file.read_text(encoding="utf-8-sig")
        else:
            sql = sys.stdin.read() if arguments.sql == "-" else arguments.sql
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingProblem(f"{arguments.file or 'stdin'} cannot be read: {why}") from None
    if not sql.strip():
        raise SettingProblem("no SQL was given: give one statement")
    return sql.strip()


def mark(sql: str, message: str) -> list[str]:
    """Return the line of the SQL that a message of Athena names, and a caret below the place.

    Trino says "line 1:8: …" and counts columns from 1, Hive "line 1:7 …" and counts from 0.
    """
    place = re.search(r"\bline (\d+):(\d+)(:?)", message)
    line = dict(enumerate(sql.splitlines(), 1)).get(int(place[1])) if place else None
    return [] if line is None else [line, " " * (int(place[2]) - bool(place[3])) + "^"]


def write(cursor: Cursor, to: TextIO, most: int | None, is_wide: bool) -> str:
    """Write a result as a table of so many rows, or (None) all of it as CSV; say how much it was.

    Raises Problem if Athena does not hand it over.
    """
    columns = cursor.description or []
    if cursor.rowcount >= 0 or not columns:
        return "done" if cursor.rowcount < 0 else f"{cursor.rowcount:,} rows written"
    names = [name for name, *_ in columns]
    # DESCRIBE gives the values of its columns as one, with tabs between.
    rows = (
        row if len(row) == len(names) else [value.strip() for value in (row[0] or "").split("\t")]
        for row in athena.rows(cursor)
    )
    if most is None:
        to.write(athena.csv_line(names))
        return f"{sum(bool(to.write(athena.csv_line(row))) for row in rows):,} rows"
    shown = list(islice(rows, most))
    if len(names) == 1 and is_text(cursor):
        lines = (line for (value,) in shown for line in (value or "").expandtabs().split("\n"))
        to.writelines(printable(line) + "\n" for line in lines)
    else:
        cells = [[render(value, is_wide) for value in row] for row in shown]
        sides = ["right" if NUMBERS.match(kind) else "left" for _, kind, *_ in columns]
        names = [printable(name) for name in names]
        how = {"disable_numparse": True, "preserve_whitespace": True, "colalign": sides}
        to.write(tabulate(cells, names, "simple", **how) + "\n")
    if next(rows, None):
        return f"the first {len(shown):,} rows (more exist: raise --max-rows, or take --format csv)"
    return f"{len(shown):,} rows"


def is_text(cursor: Cursor) -> bool:
    """Whether a result is text to be read line by line: of SHOW and its like, of EXPLAIN."""
    return not prices.is_query(
        cursor.result_set.statement_type, cursor.result_set.substatement_type
    )


def render(value: str | None, is_wide: bool) -> str:
    """Return a value on one line of a table, NULL told from every text."""
    if value is None or value == "NULL":
        return "NULL" if value is None else "'NULL'"
    text = printable(value)
    return text if is_wide or len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def cost(cursor: Cursor, price_per_tb: float) -> str:
    """Say what a query has scanned and what that costs."""
    scanned, result = cursor.data_scanned_in_bytes or 0, cursor.result_set
    usd = prices.price(scanned, result.statement_type, result.substatement_type, price_per_tb)
    free = not scanned and is_text(cursor)
    price = "free" if free else f"about {usd:.6f} USD"
    return f"{scanned / prices.MB:,.2f} MB scanned, {price}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(parser(), query, argv)


if __name__ == "__main__":
    sys.exit(main())
