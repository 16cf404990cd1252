"""The rows of DESCRIBE: padded ones of Hive tables, plain ones of Iceberg tables."""

from ..sql.steps import Show
from . import glue_tables
from .connections import Connections
from .partitioning import partition_fields

WIDTH = 20


def padded(text: str) -> str:
    """Return a field as Hive prints it."""
    return text.ljust(WIDTH)


def describe_rows(step: Show, found: glue_tables.GlueTable, on: Connections) -> list[str]:
    """Return the rows of a table that is not a view."""
    if glue_tables.is_iceberg(found):
        return _iceberg_rows(step, found, on)
    keys = [_hive_row(key) for key in found.get("PartitionKeys", [])]
    rows = [_hive_row(column) for column in glue_tables.columns(found)] + keys
    if keys:
        heading = "\t".join(padded(text) for text in ("# col_name", "data_type", "comment"))
        rows += ["\t \t ", "# Partition Information\t \t ", heading, "\t \t ", *keys]
    return rows


def _hive_row(column: dict[str, str]) -> str:
    fields = (column["Name"], column.get("Type", ""), column.get("Comment") or "")
    # A tab in a comment ends the row (measured on AWS).
    return "\t".join(padded(field).partition("\t")[0] for field in fields)


def _iceberg_rows(step: Show, found: glue_tables.GlueTable, on: Connections) -> list[str]:
    rows = ["# Table schema:\t\t", "# col_name\tdata_type\tcomment"]
    for column in glue_tables.columns(found):
        rows.append(f"{column['Name']}\t{_spaced(column['Type'])}\t{column.get('Comment') or ''}")
    rows += ["\t\t", "# Partition spec:\t\t", "# field_name\tfield_transform\tcolumn_name"]
    for field in partition_fields(step.table, on):
        rows.append(f"{field.name}\t{field}\t{field.column}")
    return rows


def _spaced(hive_type: str) -> str:
    """Return a type as Iceberg prints it: decimal(10, 2), map<string, int>, struct<a: int>."""
    return hive_type.replace(",", ", ").replace(":", ": ")
