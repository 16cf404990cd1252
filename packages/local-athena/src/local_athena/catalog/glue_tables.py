"""Tables of Glue: reading, telling their kinds apart, and changing them without losing a change."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import TableName

GlueTable = dict[str, Any]
# What UpdateTable takes of what GetTable gives.
_INPUT = (
    *("Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention"),
    *("StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType"),
    *("Parameters", "TargetTable"),
)
# What a table of Hive has, each after what it is in.
_NEEDED = (
    ("StorageDescriptor",),
    ("StorageDescriptor", "InputFormat"),
    ("StorageDescriptor", "OutputFormat"),
    ("StorageDescriptor", "SerdeInfo"),
    ("StorageDescriptor", "SerdeInfo", "SerializationLibrary"),
)


def code_of(error: ClientError) -> str:
    """Return the name of an AWS error."""
    return error.response["Error"]["Code"]


def find(glue: Any, table: TableName) -> GlueTable | None:
    """Return a table, or None if there is none."""
    try:
        return glue.get_table(DatabaseName=table.database, Name=table.name)["Table"]
    except ClientError as error:
        if code_of(error) == "EntityNotFoundException":
            return None
        raise


def get(glue: Any, table: TableName) -> GlueTable:
    """Return a table; Athena's failure if there is none."""
    found = find(glue, table)
    if found is None:
        reason = f"FAILED: SemanticException [Error 10001]: Table not found {table}"
        raise AthenaFailure(reason, ErrorType.NOT_FOUND)
    return found


def get_to_alter(glue: Any, table: TableName) -> GlueTable:
    """Return a table for ALTER TABLE, which Hive runs neither on views nor on half of a table."""
    found = get(glue, table)
    if is_view(found):
        reason = (
            "FAILED: SemanticException [Error 10132]: To alter a view you need to use the"
            " ALTER VIEW command."
        )
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    check_complete(found)
    return found


def check_complete(table: GlueTable) -> None:
    """Refuse a table that lacks what Glue leaves out without a word and Hive's DDL needs.

    Of a table without a type AWS tells in its page on MSCK REPAIR TABLE; the rest is checked, in
    this order, by AWS's Glue client for Hive (HiveTableValidator).
    """
    if "TableType" not in table:
        raise AthenaFailure("FAILED: NullPointerException Name is null", ErrorType.INVALID_ARGUMENT)
    if is_iceberg(table) or table["TableType"] not in ("EXTERNAL_TABLE", "MANAGED_TABLE"):
        return
    for path in _NEEDED:
        value: Any = table
        for name in path:
            value = value.get(name)
        if value is None:
            reason = (
                f"FAILED: SemanticException Unable to fetch table {table['Name']}. {'#'.join(path)}"
                f" cannot be null for table: {table['Name']} (Service: null; Status Code: 0; Error"
                " Code: null; Request ID: null; Proxy: null)"
            )
            raise AthenaFailure(reason, ErrorType.INVALID_ARGUMENT)


def get_hive(glue: Any, table: TableName) -> GlueTable:
    """Return a table for a statement that Athena does not run on Iceberg tables."""
    return not_iceberg(get(glue, table))


def get_hive_to_alter(glue: Any, table: TableName) -> GlueTable:
    """Return a table for an ALTER TABLE that Athena does not run on Iceberg tables."""
    return not_iceberg(get_to_alter(glue, table))


def not_iceberg(found: GlueTable) -> GlueTable:
    """Refuse an Iceberg table; return any other."""
    if is_iceberg(found):
        reason = "Query type not supported by Athena Iceberg at this time"
        raise AthenaFailure(reason, ErrorType.NOT_SUPPORTED)
    return found


def get_iceberg(glue: Any, table: TableName, statement: str) -> GlueTable:
    """Return a table for a statement that Athena runs on Iceberg tables only."""
    found = get(glue, table)
    if not is_iceberg(found):
        reason = f"NOT_SUPPORTED: {statement} is only supported for Iceberg tables"
        raise AthenaFailure(reason, ErrorType.NOT_SUPPORTED)
    return found


def is_iceberg(table: GlueTable) -> bool:
    """Return whether a table is one of Iceberg."""
    return table.get("Parameters", {}).get("table_type", "").upper() == "ICEBERG"


def is_view(table: GlueTable) -> bool:
    """Return whether it is a view."""
    return table.get("TableType") == "VIRTUAL_VIEW"


def columns(table: GlueTable) -> list[dict[str, Any]]:
    """Return the columns that it has now and that are not partition keys."""
    found = table.get("StorageDescriptor", {}).get("Columns", [])
    return [c for c in found if c.get("Parameters", {}).get("iceberg.field.current") != "false"]


def location(table: GlueTable) -> str:
    """Return where the files are; empty if nobody said."""
    return table.get("StorageDescriptor", {}).get("Location", "")


def update(glue: Any, table: TableName, found: GlueTable, change: Callable[[GlueTable], None]):
    """Change a table as it was found; Glue refuses if someone else was faster."""
    table_input = {key: found[key] for key in _INPUT if key in found}
    change(table_input)
    version = {"VersionId": found["VersionId"]} if "VersionId" in found else {}
    glue.update_table(DatabaseName=table.database, TableInput=table_input, **version)
