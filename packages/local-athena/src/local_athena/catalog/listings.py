"""Queries of information_schema, which one table that nobody can read must not end."""

from collections.abc import Iterator

from ..language.names import TableName
from ..moto_patches.unlisted_tables import unlisted
from ..trino_client import TrinoError, TrinoResult
from . import glue_tables
from .connections import Connections

_FAILED = "Error listing table columns for catalog"


def query(sql: str, session: dict[str, str], on: Connections) -> TrinoResult:
    """Run a query; again without the tables that Trino cannot list, if there are any.

    They are looked for in the databases that the query names first: it takes a statement a table.
    """
    for databases in _to_search(sql, on):
        unreadable = (table for database in databases for table in _unreadable(database, on))
        with unlisted(unreadable):
            try:
                return on.trino.execute(sql, on.database, session)
            except TrinoError as error:
                if not error.message.startswith(_FAILED):
                    raise
                failure = error
    raise failure


def _to_search(sql: str, on: Connections) -> Iterator[list[str]]:
    yield []
    pages = on.glue.get_paginator("get_databases").paginate()
    databases = [database["Name"] for page in pages for database in page["DatabaseList"]]
    named = [database for database in databases if database in sql.lower()]
    if named:
        yield named
    yield databases


def _unreadable(database: str, on: Connections) -> Iterator[tuple[str, str]]:
    for page in on.glue.get_paginator("get_tables").paginate(DatabaseName=database):
        for table in page["TableList"]:
            name = TableName(database, table["Name"])
            try:
                if not glue_tables.is_view(table):
                    on.trino.describe_output(f"SELECT * FROM {name.on_hive}")
            except TrinoError:
                yield name.database, name.name
