"""SHOW and DESCRIBE, in the layout of Athena's rows (measured on AWS)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..sql.steps import Show
from ..trino_client import Column
from . import glue_tables
from .connections import Connections
from .describe import describe_rows, padded
from .partitions import partition_values
from .show_create import create_statement, create_view_statement


@dataclass(frozen=True)
class Listing:
    """What a statement shows: lines, in which tabs stand between the columns."""

    columns: tuple[Column, ...]
    lines: list[str]


def show(step: Show, on: Connections) -> tuple[tuple[Column, ...], list[list[str]]]:
    """Return the columns and rows that a SHOW or DESCRIBE shows."""
    listing = _READERS[step.what](step, on)
    tabs = len(listing.columns) - 1
    return listing.columns, [line.split("\t", tabs) for line in listing.lines]


def _strings(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "string") for name in names)


def _tables(step: Show, on: Connections) -> Listing:
    return Listing(_strings("tab_name"), _names(step, on, lambda table: True))


def _views(step: Show, on: Connections) -> Listing:
    return Listing((Column("views", "varchar"),), _names(step, on, glue_tables.is_view))


def _names(
    step: Show, on: Connections, wanted: Callable[[glue_tables.GlueTable], bool]
) -> list[str]:
    pages = on.glue.get_paginator("get_tables").paginate(DatabaseName=step.database)
    tables = [table for page in pages for table in page["TableList"]]
    return _matching([table["Name"] for table in tables if wanted(table)], step.pattern)


def _databases(step: Show, on: Connections) -> Listing:
    pages = on.glue.get_paginator("get_databases").paginate()
    names = [database["Name"] for page in pages for database in page["DatabaseList"]]
    return Listing(_strings("database_name"), _matching(names, step.pattern))


def _matching(names: list[str], pattern: str | None) -> list[str]:
    """Return the names that a pattern of Hive matches: `*` is anything, `|` means or.

    AWS documents these two; all else is a regular expression to Hive.
    """
    if pattern is None:
        return sorted(names)
    try:
        expression = re.compile(pattern.replace("*", ".*"))
    except re.error as error:
        reason = f"FAILED: Execution Error, return code 1. Pattern '{pattern}': {error}"
        raise AthenaFailure(reason, ErrorType.INVALID_ARGUMENT) from None
    return sorted(name for name in names if expression.fullmatch(name))


def _columns(step: Show, on: Connections) -> Listing:
    found = _existing(step, on)
    if glue_tables.is_view(found):
        return _view(step, found)
    names = [
        column["Name"] for column in glue_tables.columns(found) + found.get("PartitionKeys", [])
    ]
    if not glue_tables.is_iceberg(found):
        names = [padded(name) for name in names]
    return Listing(_strings("field"), names)


def _describe(step: Show, on: Connections) -> Listing:
    found = _existing(step, on)
    if glue_tables.is_view(found):
        return _view(step, found)
    return Listing(_strings("col_name", "data_type", "comment"), describe_rows(step, found, on))


def _view(step: Show, found: glue_tables.GlueTable) -> Listing:
    lines = [f"{column['Name']}\t{column['Type']}" for column in glue_tables.columns(found)]
    return Listing((Column("column", "varchar"), Column("type", "varchar")), lines)


def _partitions(step: Show, on: Connections) -> Listing:
    found = glue_tables.get_hive(on.glue, step.table)
    keys = [key["Name"] for key in found.get("PartitionKeys", [])]
    if not keys:
        reason = (
            f"FAILED: Execution Error, return code 1. Table {step.table.name} is not partitioned"
        )
        raise AthenaFailure(reason, ErrorType.INVALID_ARGUMENT)
    lines = [
        "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        for values in partition_values(step.table, on)
    ]
    return Listing(_strings("partition"), sorted(lines))


def _table_properties(step: Show, on: Connections) -> Listing:
    found = glue_tables.get(on.glue, step.table)
    properties = dict(found.get("Parameters", {}))
    if glue_tables.is_iceberg(found):
        properties = dict(on.iceberg_rows(step.table, "properties", "key, value"))
    lines = [
        f"{key}\t{value}"
        for key, value in properties.items()
        if step.pattern is None or key == step.pattern
    ]
    return Listing(_strings("prpt_name", "prpt_value"), lines)


def _create_table(step: Show, on: Connections) -> Listing:
    found = glue_tables.get(on.glue, step.table)
    return Listing(_strings("createtab_stmt"), create_statement(step.table, found, on).split("\n"))


def _create_view(step: Show, on: Connections) -> Listing:
    columns = (Column("create view", "varchar"),)
    return Listing(columns, create_view_statement(step.table, on).split("\n"))


def _existing(step: Show, on: Connections) -> glue_tables.GlueTable:
    """Return the table; what AWS says of one that is not there comes from its catalog."""
    found = glue_tables.find(on.glue, step.table)
    if found is None:
        reason = (
            "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400;"
            " Error Code: EntityNotFoundException; Proxy: null)"
        )
        raise AthenaFailure(reason, ErrorType.NOT_FOUND)
    return found


_READERS: dict[str, Callable[[Show, Connections], Listing]] = {
    "SHOW_TABLES": _tables,
    "SHOW_VIEWS": _views,
    "SHOW_DATABASES": _databases,
    "SHOW_COLUMNS": _columns,
    "SHOW_PARTITIONS": _partitions,
    "SHOW_TABLE_PROPERTIES": _table_properties,
    "SHOW_CREATE_TABLE": _create_table,
    "SHOW_CREATE_VIEW": _create_view,
    "DESCRIBE_TABLE": _describe,
}
