"""The result of a query that succeeded, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .execution import Execution

LARGEST_PAGE = 1000  # rows; Athena gives no more at a time
NUMBER_TYPES = {"tinyint", "smallint", "int", "integer", "bigint", "float", "real", "double"}
# EXPLAIN is the only one beside queries that repeats its column's name as a row.
EXPLAIN_COLUMNS = ["Query Plan"]

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Column:
    """A column of a result: its name, its type in Athena's words."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.type in NUMBER_TYPES or self.type.startswith("decimal")


@dataclass(frozen=True)
class Result:
    """A result: its columns, its rows (to be read once; None is NULL), and the rows written.

    `is_text`: what SHOW and its like say, one line of text a row.
    """

    columns: list[Column]
    rows: Iterator[Row]
    written_rows: int
    is_text: bool


def fetch(client: Any, execution: Execution, page_rows: int = LARGEST_PAGE) -> Result:
    """Ask for the first page; the others are asked for as the rows are read.

    Both may raise ClientError and BotoCoreError.
    """
    pages = iter(
        client.get_paginator("get_query_results").paginate(
            QueryExecutionId=execution.id,
            PaginationConfig={"PageSize": min(page_rows, LARGEST_PAGE)},
        )
    )
    first = next(pages)
    columns = [
        Column(info["Name"], info["Type"])
        for info in first["ResultSet"]["ResultSetMetadata"].get("ColumnInfo", [])
    ]
    is_query = execution.kind not in ("DDL", "UTILITY")
    rows = first["ResultSet"]["Rows"]
    has_header = bool(rows) and repeats_names(rows[0], columns, is_query)
    return Result(
        # An INSERT names a column, too, but gives no row, not even the one with the names.
        columns=columns if rows or execution.kind == "UTILITY" else [],
        rows=read_rows(first, pages, columns, skipped=int(has_header)),
        written_rows=first.get("UpdateCount", 0),
        is_text=not is_query and len(columns) == 1,
    )


def repeats_names(row: dict[str, Any], columns: list[Column], is_query: bool) -> bool:
    """Whether the first row of a result is its column names, as Athena gives them with queries."""
    names = [column.name for column in columns]
    return [cell.get("VarCharValue") for cell in row["Data"]] == names and (
        is_query or names == EXPLAIN_COLUMNS
    )


def read_rows(
    first: dict[str, Any], others: Iterator[dict[str, Any]], columns: list[Column], skipped: int
) -> Iterator[Row]:
    """Yield the rows of all pages but the first so many."""
    for row in first["ResultSet"]["Rows"][skipped:]:
        yield read_row(row, len(columns))
    for page in others:
        for row in page["ResultSet"]["Rows"]:
            yield read_row(row, len(columns))


def read_row(row: dict[str, Any], width: int) -> Row:
    """One value a column. DESCRIBE gives them as one, with tabs between, padded with blanks."""
    values = [cell.get("VarCharValue") for cell in row["Data"]]
    if len(values) == 1 < width:
        values = [value.strip() for value in (values[0] or "").split("\t", width - 1)]
        values += [""] * (width - len(values))
    return tuple(values)
