"""Queries of information_schema, which one table that nobody can read must not end."""

from collections.abc import Iterator

from ..language.names import TableName
from ..moto_patches.unlisted_tables import unlisted
from ..trino_client import TrinoError, TrinoResult
from . import glue_tables
from .connections import Connections

_FAILED = "Error listing table columns for catalog"


def query(sql: str, session: dict[str, str], on: Connections) -> TrinoResult:
    """Run a query; again without the tables that Trino cannot list, if there are any."""
    try:
        return on.trino.execute(sql, on.database, session)
    except TrinoError as error:
        if not error.message.startswith(_FAILED):
            raise
    with unlisted(_unreadable(on)):
        return on.trino.execute(sql, on.database, session)


def _unreadable(on: Connections) -> Iterator[tuple[str, str]]:
    databases = on.glue.get_paginator("get_databases").paginate()
    for database in (entry["Name"] for page in databases for entry in page["DatabaseList"]):
        tables = on.glue.get_paginator("get_tables").paginate(DatabaseName=database)
        for table in (entry for page in tables for entry in page["TableList"]):
            name = TableName(database, table["Name"])
            try:
                if not glue_tables.is_view(table):
                    on.trino.describe_output(f"SELECT * FROM {name.on_hive}")
            except TrinoError:
                yield name.database, name.name
