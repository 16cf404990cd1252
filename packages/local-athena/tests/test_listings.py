"""A list is made without the tables that cannot be read, searched for where the query looks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from local_athena.catalog import listings
from local_athena.moto_patches.unlisted_tables import _unlisted
from local_athena.trino_client import TrinoError

ERROR = TrinoError("X", "Error listing table columns for catalog awsdatacatalog")
TABLES = {"shop": ["sound", "bad"], "other": ["fine", "worse"]}


class Glue:
    def get_paginator(self, operation: str) -> SimpleNamespace:
        return SimpleNamespace(paginate=getattr(self, operation))

    def get_databases(self) -> list[dict]:
        return [{"DatabaseList": [{"Name": name} for name in TABLES]}]

    def get_tables(self, DatabaseName: str) -> list[dict]:
        return [{"TableList": [{"Name": name} for name in TABLES[DatabaseName]]}]


class Trino:
    """Lists as soon as these tables are left out."""

    def __init__(self, *unreadable: tuple[str, str]) -> None:
        self.unreadable, self.asked = unreadable, []

    def execute(self, *_: object) -> str:
        if any(_unlisted[table] < 1 for table in self.unreadable):
            raise ERROR
        return "listed"

    def describe_output(self, sql: str) -> None:
        self.asked.append(sql.replace('"', "").partition("awsdatacatalog.")[2])
        if self.asked[-1] in [".".join(table) for table in self.unreadable]:
            raise ERROR


SHOP, ALL = ["shop.sound", "shop.bad"], ["shop.sound", "shop.bad", "other.fine", "other.worse"]


@pytest.mark.parametrize(
    ("sql", "unreadable", "asked"),
    [
        ("... where table_schema = 'SHOP'", [("shop", "bad")], SHOP),
        ("...", [("shop", "bad")], ALL),
        ("... shop", [("shop", "bad"), ("other", "worse")], SHOP + ALL),
    ],
)
def test_tables_are_searched_where_the_query_looks(sql, unreadable, asked) -> None:
    trino = Trino(*unreadable)
    on = SimpleNamespace(trino=trino, glue=Glue(), database="d")
    assert listings.query(sql, {}, on) == "listed"
    assert trino.asked == asked
    assert not any(_unlisted.values())
