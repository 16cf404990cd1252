"""Steps on whole tables: drop, rename, properties, location."""

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import TableName
from ..sql.alter_steps import RenameTable, SetLocation, SetTableProperties
from ..sql.properties import extra_properties
from ..sql.steps import CheckTarget, DropTable
from ..strictness import table_properties, targets
from . import glue_tables
from .connections import Connections

_NOT_BY_DDL_ENGINE = "Query type not supported by DDL engine."


def check_target(step: CheckTarget, on: Connections) -> None:
    """Refuse a table that Athena does not write to; Trino knows of missing ones and of views."""
    found = glue_tables.find(on.glue, step.table)
    if found is not None and not glue_tables.is_view(found):
        buckets = found.get("StorageDescriptor", {}).get("NumberOfBuckets", 0)
        targets.check(step.verb, glue_tables.is_iceberg(found), buckets)


def drop_table(step: DropTable, on: Connections) -> None:
    """Drop a table: Iceberg's files go with it, the files of a Hive table are not Athena's."""
    found = glue_tables.find(on.glue, step.table)
    if found is None:
        if not step.if_exists:
            glue_tables.get(on.glue, step.table)
        return
    if glue_tables.is_view(found):
        reason = "FAILED: SemanticException Cannot drop a view with DROP TABLE"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    remove(step.table, found, on)


def remove(table: TableName, found: glue_tables.GlueTable, on: Connections) -> None:
    """Remove a table or a view, and the files that are its own."""
    if glue_tables.is_iceberg(found):
        on.trino.execute(f"DROP TABLE {table.on_iceberg}")
    else:
        on.glue.delete_table(DatabaseName=table.database, Name=table.name)


def rename_table(step: RenameTable, on: Connections) -> None:
    """Rename an Iceberg table; Glue renames no others."""
    found = glue_tables.find(on.glue, step.table)
    if found is None:
        reason = f"FAILED: SemanticException [Error 10001]: Table not found {step.table}"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT, _NOT_BY_DDL_ENGINE)
    if not glue_tables.is_iceberg(found):
        reason = "FAILED: Execution Error, return code 1. Table cannot be renamed"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT, _NOT_BY_DDL_ENGINE)
    on.trino.execute(f"ALTER TABLE {step.table.on_iceberg} RENAME TO {step.to.on_iceberg}")


def set_table_properties(step: SetTableProperties, on: Connections) -> None:
    """Set properties: of a Hive table in Glue, of an Iceberg table in its own metadata."""
    found = glue_tables.get_to_alter(on.glue, step.table)
    if not glue_tables.is_iceberg(found):
        new = dict(step.properties)

        def change(table: glue_tables.GlueTable) -> None:
            table["Parameters"] = {**table.get("Parameters", {}), **new}

        glue_tables.update(on.glue, step.table, found, change)
        return
    table_properties.check_table_properties(dict(step.properties))
    lower = tuple((key.lower(), value) for key, value in step.properties)
    on.trino.execute(
        f"ALTER TABLE {step.table.on_iceberg} SET PROPERTIES {extra_properties(lower)}"
    )


def set_location(step: SetLocation, on: Connections) -> None:
    """Make a Hive table read another folder."""
    found = glue_tables.get_hive_to_alter(on.glue, step.table)

    def change(table: glue_tables.GlueTable) -> None:
        table["StorageDescriptor"] = {**table["StorageDescriptor"], "Location": step.location}

    glue_tables.update(on.glue, step.table, found, change)
