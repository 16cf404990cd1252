"""Pairs of an Athena statement and what becomes of it, in golden/*.txt, one file a family.

To add a pair, write below any other of its family

    === what the pair is about
    the statement
    ---

and run this test: it fails with what the statement becomes. Put that below the line if it is right.
Statements run in the database `dev`.
"""

from __future__ import annotations

import dataclasses
import json
import pprint
from pathlib import Path

import pytest
from local_athena.language.errors import InvalidRequest
from local_athena.language.names import TableName
from local_athena.language.types import DataType
from local_athena.sql.steps import Unread
from local_athena.sql.translate import translate

GOLDEN = Path(__file__).parent / "golden"


def pairs() -> list[pytest.param]:
    found = []
    for file in sorted(GOLDEN.glob("*.txt")):
        for pair in file.read_text().split("\n=== ")[1:]:
            name, _, rest = pair.partition("\n")
            statement, _, expected = rest.partition("\n---")
            found.append(pytest.param(statement, expected.strip(), id=f"{file.stem}: {name}"))
    return found


@pytest.mark.parametrize(("statement", "expected"), pairs())
def test_statement_becomes(statement: str, expected: str):
    assert becomes(statement) == expected


@pytest.mark.parametrize(
    "statement",
    [
        *("call iceberg.system.expire_snapshots('dev', 't')", "set session a.b = 'c'", "use dev"),
        *("reset session x", "truncate table dev.t", "analyze dev.t", "grant select on t to ana"),
        *("revoke select on t from ana", "deny select on t to ana", "comment on table t is 'x'"),
        *("create function f() returns bigint return 1", "create index i on t (a)", "commit"),
        *("create or replace function f() returns bigint return 1", "drop function f()"),
        *("create catalog c using memory", "create role r", "start transaction", "rollback"),
        *("create materialized view v as select 1", "refresh materialized view v"),
        *("create or replace materialized view v as select 1", "alter view v rename to w"),
        # in a PREPARE, see athena_api/prepared_sql
        *("prepare p from select ?", "execute p using 1", "deallocate prepare p"),
    ],
)
def test_statement_that_only_trino_has_is_refused(statement: str):
    assert becomes(statement) == "REFUSED: Queries of this type are not supported"


def test_names_of_pairs_are_unique():
    names = [pair.id for pair in pairs()]
    assert len(names) > 100
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("properties", "has_location"),
    [
        ("external_location = 's3://b/t'", True),
        ("format = 'ORC'", False),
        ("table_type = 'iceberg', is_external = false, location = 's3://b/t'", False),
    ],
)
def test_ctas_tells_whether_it_names_the_folder_of_a_hive_table(
    properties: str, has_location: bool
):
    ctas = translate(f"create table t with ({properties}) as select 1 a", "dev")
    assert ctas.has_location == has_location


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("`dev`", "dev"),
        ("Dev", "dev"),
        ("`a-b``C`", "a-b`c"),
        ('"dev"', '"dev"'),
        (None, "default"),
    ],
)
def test_database_of_a_request_may_stand_in_backquotes(named: str | None, meant: str):
    translation = translate("drop table t", named)
    assert translation.database == meant
    assert translation.steps[0].table == TableName(meant, "t")


def test_what_only_trino_can_read_stands_at_its_place_in_the_statement():
    unread = translate("create view v as\n  select 1.5 from", "dev").unread
    assert unread == Unread(" " * 16 + "\n  select 1.5 from")
    unread = translate("create table t as select 1 a with no data", "dev").unread
    assert unread.text == " " * 18 + "select 1 a with no data"
    assert unread.before.startswith("CREATE TABLE")


def becomes(statement: str) -> str:
    """What becomes of a statement, as text."""
    try:
        translation = translate(statement, "dev")
    except InvalidRequest as refusal:
        kind = "" if refusal.code == "MALFORMED_QUERY" else f" ({refusal.code})"
        return f"REFUSED{kind}: {refusal.message}"
    head = f"{translation.statement_type} {translation.substatement_type}"
    return "\n".join([head, *(step_text(step) for step in translation.steps)])


def step_text(step: object) -> str:
    lines = [type(step).__name__]
    for field in dataclasses.fields(step):
        value = getattr(step, field.name)
        if value != field.default:
            lines += indented(f"{field.name}: {text(value)}".replace(": \n", ":\n").split("\n"))
    return "\n".join(lines)


def text(value: object) -> str:
    if isinstance(value, dict):
        value = pprint.pformat(value, width=94, sort_dicts=False)
    if isinstance(value, str) and "\n" in value:
        return "\n".join(["", *indented(value.split("\n"))])
    if isinstance(value, str | TableName | DataType):
        return str(value)
    if isinstance(value, tuple):
        is_pair = len(value) == 2 and isinstance(value[0], str)
        return f"{value[0]}={value[1]!r}" if is_pair else ", ".join(map(text, value))
    if dataclasses.is_dataclass(value):
        values = (getattr(value, field.name) for field in dataclasses.fields(value))
        return "(" + " ".join(text(part) for part in values if part is not None) + ")"
    return json.dumps(value)


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]
