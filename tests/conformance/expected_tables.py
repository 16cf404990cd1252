"""What the oracle expects of the lakehouse's tables and landing views."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.conformance import oracle
from tests.support.lakehouse import PEPPER, rounded


def without_lines_of_usable_records(table: str, rows: list[tuple]) -> list[tuple]:
    """Staging keeps the line of a rejected record only; the landing view keeps all."""
    line = oracle.COLUMNS[table].index("line")
    reasons = oracle.COLUMNS[table].index("reject_reasons")
    return [
        row if row[reasons] is not None else (*row[:line], None, *row[line + 1 :]) for row in rows
    ]


def expected_tables(root: Path) -> dict[str, tuple[tuple[str, ...], list[tuple]]]:
    """All tables and landing views of a landing root: name -> (columns, rows)."""
    tables = {}
    for table, rows in oracle.build(root, PEPPER).items():
        columns = oracle.COLUMNS[table]
        if table.startswith("stg_"):
            tables[table.removeprefix("stg_") + "_landing"] = (columns, rows)
            rows = without_lines_of_usable_records(table, rows)
        tables[table] = (columns, rounded(columns, rows))
    return tables


def difference(table: str, expected: Counter[tuple], actual: Counter[tuple]) -> list[str]:
    """A line with the first rows that a table misses, and that nobody expects; none if equal."""
    if expected == actual:
        return []
    missing = list((expected - actual).elements())[:3]
    unexpected = list((actual - expected).elements())[:3]
    return [f"{table}: missing {missing!s:.600}, unexpected {unexpected!s:.600}"]
