"""What statements refuse for what their table is: a Hive table, a view, one with that column."""

from __future__ import annotations

import pytest
from local_athena.language.errors import AthenaFailure
from local_athena.strictness import targets
from local_athena.trino_client import TrinoError

from .sql_session import SqlSession

EVENTS = "select * from (values (1, 'x'), (2, 'y')) as t(id, kind)"


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    session = SqlSession(local_athena, "write_targets")
    for table, properties in (
        ("by_kind", "partitioned_by = array['kind']"),
        ("in_buckets", "bucketed_by = array['id'], bucket_count = 2"),
    ):
        location = f"external_location = '{session.location(table)}'"
        session.run(f"create table {table} with ({location}, {properties}) as {EVENTS}")
    session.make("an_iceberg_table", EVENTS)
    session.run(f"create view a_view as {EVENTS}")
    return session


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("delete from by_kind where kind = 'x'", "Modifying Hive table rows"),
        ("update by_kind set id = 1", "Modifying Hive table rows"),
        (
            "merge into by_kind as a using an_iceberg_table as b on a.id = b.id"
            " when matched then delete",
            "Modifying Hive table rows",
        ),
        ("insert into in_buckets values (3, 'z')", "not supported on bucketed tables"),
    ],
)
def test_hive_table_is_not_written_to(athena, statement, message):
    with pytest.raises(AthenaFailure, match=f"NOT_SUPPORTED: .*{message}"):
        athena.run(statement)
    for table in ("by_kind", "in_buckets"):
        assert athena.rows(f"select count(*) from {table}") == [[2]]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("drop table a_view", "Cannot drop a view with DROP TABLE"),
        ("drop table if exists a_view", "Cannot drop a view with DROP TABLE"),
        ("alter table a_view add columns (z int)", "use the ALTER VIEW command"),
        ("alter table a_view replace columns (z int)", "use the ALTER VIEW command"),
        ("alter table a_view change column id z int", "use the ALTER VIEW command"),
        ("alter table a_view set tblproperties ('a' = 'b')", "use the ALTER VIEW command"),
        ("alter table a_view set location 's3://bucket/z'", "use the ALTER VIEW command"),
        ("alter table a_view add partition (kind = 'x')", "use the ALTER VIEW command"),
    ],
)
def test_view_is_not_a_table(athena, statement, message):
    before = athena.glue_table("a_view")
    with pytest.raises(AthenaFailure, match=message):
        athena.run(statement)
    assert athena.glue_table("a_view") == before


def test_column_is_not_added_twice(athena):
    for change in (
        "add columns (id int)",
        "add columns (kind int)",  # a partition key
        "replace columns (a int, a int)",
        "change column id kind int",
    ):
        with pytest.raises(AthenaFailure, match="SemanticException"):
            athena.run(f"alter table by_kind {change}")


def test_view_is_not_written_to_in_trinos_words(athena):
    with pytest.raises(TrinoError, match="view"):
        athena.run("delete from a_view where id = 1")


@pytest.mark.parametrize("verb", ["INSERT", "DELETE", "UPDATE", "MERGE"])
def test_iceberg_table_is_written_to_whatever_its_buckets_are(verb):
    targets.check(verb, is_iceberg=True, buckets=4)
