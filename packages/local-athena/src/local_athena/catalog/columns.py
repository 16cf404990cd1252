"""Steps on columns: of an Iceberg table on Trino, of a Hive table in Glue."""

from typing import Any

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import literal, quoted
from ..language.types import parse_trino_type
from ..sql.alter_steps import AddColumns, ChangeColumn, DropColumn, ReplaceColumns
from ..strictness import iceberg_types, unique_columns
from . import glue_tables
from .connections import Connections


def add_columns(step: AddColumns, on: Connections) -> None:
    """Add columns after the last one."""
    found = glue_tables.get_to_alter(on.glue, step.table)
    if not glue_tables.is_iceberg(found):
        new = [*glue_tables.columns(found), *(column.glue() for column in step.columns)]
        _set_glue_columns(step, on, found, new)
        return
    iceberg_types.check(column.type.on_iceberg for column in step.columns)
    for column in step.columns:
        on.trino.execute(f"ALTER TABLE {step.table.on_iceberg} ADD COLUMN {column.iceberg()}")


def drop_column(step: DropColumn, on: Connections) -> None:
    """Drop a column; Athena's Hive knows no such statement."""
    found = glue_tables.find(on.glue, step.table)
    if found is None or not glue_tables.is_iceberg(found):
        raise AthenaFailure(step.hive_refusal, ErrorType.INVALID_STATEMENT)
    on.trino.execute(f"ALTER TABLE {step.table.on_iceberg} DROP COLUMN {quoted(step.column)}")


def change_column(step: ChangeColumn, on: Connections) -> None:
    """Give a column another name, type or comment."""
    found = glue_tables.get_to_alter(on.glue, step.table)
    old = [column for column in glue_tables.columns(found) if column["Name"] == step.column]
    if not old:
        reason = f"FAILED: SemanticException [Error 10002]: Invalid column reference {step.column}"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    if glue_tables.is_iceberg(found):
        _change_iceberg_column(step, on)
        return
    new = [step.to.glue() if column is old[0] else column for column in glue_tables.columns(found)]
    _set_glue_columns(step, on, found, new)


def _change_iceberg_column(step: ChangeColumn, on: Connections) -> None:
    iceberg_types.check([step.to.type.on_iceberg])
    column = step.column
    alter = f"ALTER TABLE {step.table.on_iceberg}"
    if step.to.name != column:
        on.trino.execute(f"{alter} RENAME COLUMN {quoted(column)} TO {quoted(step.to.name)}")
        column = step.to.name
    if _type_of(step, column, on) != str(step.to.type.on_iceberg):
        on.trino.execute(
            f"{alter} ALTER COLUMN {quoted(column)} SET DATA TYPE {step.to.type.on_iceberg}"
        )
    if step.to.comment is not None:
        on.trino.execute(
            f"COMMENT ON COLUMN {step.table.on_iceberg}.{quoted(column)}"
            f" IS {literal(step.to.comment)}"
        )


def _type_of(step: ChangeColumn, column: str, on: Connections) -> str:
    query = f"SELECT {quoted(column)} FROM {step.table.on_iceberg}"
    (described,) = on.trino.describe_output(query)
    return str(parse_trino_type(described.type))


def replace_columns(step: ReplaceColumns, on: Connections) -> None:
    """Give a Hive table other columns."""
    found = glue_tables.get_hive_to_alter(on.glue, step.table)
    _set_glue_columns(step, on, found, [column.glue() for column in step.columns])


def _set_glue_columns(
    step: AddColumns | ChangeColumn | ReplaceColumns,
    on: Connections,
    found: glue_tables.GlueTable,
    columns: list[dict[str, Any]],
) -> None:
    unique_columns.check(
        (column["Name"] for column in columns),
        (key["Name"] for key in found.get("PartitionKeys", [])),
    )

    def change(table: glue_tables.GlueTable) -> None:
        table["StorageDescriptor"] = {**table["StorageDescriptor"], "Columns": columns}

    glue_tables.update(on.glue, step.table, found, change)
