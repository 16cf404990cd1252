"""The result of a finished query, as Athena shows it and in pages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..language.types import parse_trino_type
from ..trino_client import Column
from .column_info import column_info
from .result_files import COUNTED, TABULAR, ResultFile
from .rows import Rows
from .values import writer


@dataclass(frozen=True)
class Result:
    """What GetQueryResults answers."""

    columns: list[dict[str, Any]]
    rows: Rows
    update_count: int | None

    def page(self, start: int, length: int) -> bytes:
        """Answer a page; a full one has the token of a next one, even if that is empty."""
        end = min(start + length, len(self.rows))
        metadata = json.dumps({"ColumnInfo": self.columns}).encode()
        parts = [b'"ResultSet":{"Rows":%b,"ResultSetMetadata":%b}']
        values = [self.rows.json(start, end), metadata]
        if self.update_count is not None:
            parts.append(b'"UpdateCount":%d')
            values.append(self.update_count)
        if end - start == length:
            parts.append(b'"NextToken":"%d"')
            values.append(end)
        return b"{" + b",".join(parts) % tuple(values) + b"}"


def build(outcome: Any, substatement: str) -> tuple[Result, ResultFile | None]:
    """Make the result, and its file unless Athena writes none, of what the engine answered."""
    rows = Rows()
    if substatement in COUNTED:
        columns = [column_info(Column("rows", "bigint"))]
        return Result(columns, rows, outcome.update_count or 0), None
    file = ResultFile(substatement)
    for record in _records(outcome, substatement):
        rows.append(record)
        file.append(record)
    columns = [column_info(column) for column in outcome.columns]
    # Statements without columns, and EXPLAIN, have no count; all others have 0.
    return Result(columns, rows, 0 if columns and substatement != "EXPLAIN" else None), file


def _records(outcome: Any, substatement: str) -> Iterator[list[str | None]]:
    if not outcome.columns:  # lines without a column, as MSCK REPAIR TABLE writes them
        yield from outcome.rows
        return
    if substatement in TABULAR or substatement == "EXPLAIN":
        yield [column.name for column in outcome.columns]
    writers = [writer(parse_trino_type(column.type)) for column in outcome.columns]
    for row in outcome.rows:
        values = [
            None if value is None else write(value)
            for write, value in zip(writers, row, strict=True)
        ]
        if substatement in TABULAR:
            yield values
        else:
            # A row is one text with tabs between its values, and as many rows as it has lines.
            text = "\t".join(value or "" for value in values)
            yield from ([line] for line in _lines(text, substatement))


def _lines(text: str, substatement: str) -> list[str]:
    return (text + "\n" if substatement == "EXPLAIN" else text).split("\n")
