"""A view's table in Glue as Athena makes it."""

from ..language.types import parse_trino_type
from ..sql.steps import DescribeView
from . import glue_tables
from .connections import Connections


def describe_view(step: DescribeView, on: Connections) -> None:
    """Give a view its columns.

    Trino's Hive catalog stores one column, `dummy string`; Athena's has the real ones, and
    dbt-athena reads them from Glue.
    """
    described = on.trino.describe_output(f"SELECT * FROM {step.table.on_hive}")
    columns = [
        {"Name": column.name, "Type": parse_trino_type(column.type).hive} for column in described
    ]

    def change(table: glue_tables.GlueTable) -> None:
        descriptor = table.get("StorageDescriptor", {})
        table["StorageDescriptor"] = {**descriptor, "Columns": columns}

    glue_tables.update(on.glue, step.table, glue_tables.get(on.glue, step.table), change)
