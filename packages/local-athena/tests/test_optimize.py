from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from local_athena.catalog.connections import Connections, OneCatalogTrino
from local_athena.language.errors import AthenaFailure
from local_athena.language.names import TableName
from local_athena.maintenance import optimize as maintenance
from local_athena.maintenance.data_files import DataFile, data_files
from local_athena.maintenance.optimize import files_to_rewrite, size_that_selects
from local_athena.maintenance.table_settings import TableSettings
from local_athena.sql.steps import Optimize
from local_athena.trino_client import TrinoError

from .sql_session import SqlSession

PEOPLE = (
    "select n as id, 'person' || cast(n as varchar) || '@example.com' as mail"
    " from unnest(sequence({}, {})) as t(n)"
)


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "optimizing")


def optimize(athena: SqlSession, table: str, where: str = "") -> None:
    athena.run(f"optimize {table} rewrite data using bin_pack {where}")


def files(athena: SqlSession, table: str) -> list[DataFile]:
    on = Connections(OneCatalogTrino(athena.trino), athena.glue, athena.s3, athena.database)
    return data_files(TableName(athena.database, table), on)


def delete_files(athena: SqlSession, table: str) -> int:
    ((count,),) = athena.rows(f'select count(*) from "{table}$files" where content <> 0')
    return count


def erase(athena: SqlSession, table: str) -> None:
    """Do what an erasure does after the rows are deleted."""
    optimize(athena, table)
    athena.run(f"alter table {table} set tblproperties ('vacuum_max_snapshot_age_seconds'='1')")
    time.sleep(1.1)  # one second is the shortest age, and the test is faster
    athena.run(f"vacuum {table}")


def delete_by_merge(athena: SqlSession, table: str, number: int) -> None:
    athena.run(
        f"merge into {table} as target using (values {number}) as src(id)"
        " on target.id = src.id when matched then delete"
    )


def test_one_delete_file_is_not_enough_by_default(athena, tmp_path):
    athena.make("default_once", PEOPLE.format(1, 5))
    delete_by_merge(athena, "default_once", 3)
    erase(athena, "default_once")
    assert athena.rows("select count(*) from default_once where id = 3") == [[0]]
    assert athena.in_parquet_files("default_once", "person3@example.com", tmp_path)


def test_two_delete_files_are_enough_by_default(athena, tmp_path):
    athena.make("default_twice", PEOPLE.format(1, 5))
    delete_by_merge(athena, "default_twice", 3)
    delete_by_merge(athena, "default_twice", 4)
    erase(athena, "default_twice")
    assert not athena.in_parquet_files("default_twice", "person3@example.com", tmp_path)
    assert athena.rows("select id from default_twice order by id") == [[1], [2], [5]]


def test_one_delete_file_is_enough_with_a_threshold_of_one(athena, tmp_path):
    athena.make("set_to_one", PEOPLE.format(1, 5), optimize_rewrite_delete_file_threshold=1)
    athena.run("delete from set_to_one where id = 3")
    erase(athena, "set_to_one")
    assert not athena.in_parquet_files("set_to_one", "person3@example.com", tmp_path)
    assert athena.rows("select count(*) from set_to_one") == [[4]]
    assert [file.deletes for file in files(athena, "set_to_one")] == [0]
    assert delete_files(athena, "set_to_one") == 0


def test_file_of_which_every_row_is_deleted_is_left_like_others(athena, tmp_path):
    athena.make("all_gone", PEOPLE.format(1, 2))
    athena.run("insert into all_gone " + PEOPLE.format(3, 4))
    delete_by_merge(athena, "all_gone", 1)
    athena.run("update all_gone set mail = 'none' where id = 2")
    assert sorted(file.deletes for file in files(athena, "all_gone")) == [0, 0, 2]
    athena.make("one_gone", PEOPLE.format(1, 1))
    athena.run("insert into one_gone " + PEOPLE.format(2, 3))
    delete_by_merge(athena, "one_gone", 1)
    erase(athena, "one_gone")
    assert athena.in_parquet_files("one_gone", "person1@example.com", tmp_path)


def test_files_with_deletes_are_rewritten_beside_larger_ones_without(athena, tmp_path):
    """The thresholds that an erasure needs, in a table that has grown."""
    athena.make(
        "grown",
        PEOPLE.format(1, 3000),
        optimize_rewrite_delete_file_threshold=1,
        optimize_rewrite_min_data_file_size_bytes=1,
    )
    athena.run("insert into grown " + PEOPLE.format(4001, 4003))
    large = max(files(athena, "grown"), key=lambda file: file.size)
    delete_by_merge(athena, "grown", 4001)
    erase(athena, "grown")
    assert large in files(athena, "grown")
    assert delete_files(athena, "grown") == 0
    assert not athena.in_parquet_files("grown", "person4001@example.com", tmp_path)
    assert athena.rows("select count(*) from grown") == [[3002]]


def test_only_files_at_the_threshold_are_rewritten(athena, tmp_path):
    athena.make("some", PEOPLE.format(1, 5))
    athena.run("insert into some " + PEOPLE.format(11, 15))
    before = {file.path: file.deletes for file in files(athena, "some")}
    athena.run("delete from some where id in (1, 11)")
    athena.run("delete from some where id = 2")
    deletes = [file.deletes for file in files(athena, "some")]
    assert (sorted(before.values()), sorted(deletes)) == ([0, 0], [1, 2])
    erase(athena, "some")
    kept = set(before) & {file.path for file in files(athena, "some")}
    assert len(kept) == 1
    assert not athena.in_parquet_files("some", "person1@example.com", tmp_path)
    assert athena.in_parquet_files("some", "person11@example.com", tmp_path)
    left = [[number] for number in (3, 4, 5, 12, 13, 14, 15)]
    assert athena.rows("select id from some order by id") == left


def test_five_small_files_are_packed_and_four_are_not(athena):
    athena.make("small", PEOPLE.format(1, 1))
    for number in range(2, 5):
        athena.run("insert into small " + PEOPLE.format(number, number))
    optimize(athena, "small")
    assert len(files(athena, "small")) == 4
    athena.run("insert into small " + PEOPLE.format(5, 5))
    optimize(athena, "small")
    assert len(files(athena, "small")) == 1
    assert athena.rows("select count(*) from small") == [[5]]


def test_threshold_of_data_files_is_set(athena):
    athena.make("packed", PEOPLE.format(1, 1), optimize_rewrite_data_file_threshold=2)
    athena.run("insert into packed " + PEOPLE.format(2, 2))
    optimize(athena, "packed")
    assert len(files(athena, "packed")) == 1


def test_file_of_the_wanted_size_is_left(athena):
    athena.make(
        "right_size",
        PEOPLE.format(1, 1),
        optimize_rewrite_data_file_threshold=1,
        optimize_rewrite_min_data_file_size_bytes=1,
    )
    athena.run("insert into right_size " + PEOPLE.format(2, 2))
    before = {file.path for file in files(athena, "right_size")}
    optimize(athena, "right_size")
    assert {file.path for file in files(athena, "right_size")} == before


def test_nothing_is_committed_when_nothing_is_rewritten(athena):
    athena.make("untouched", PEOPLE.format(1, 2))
    snapshots = 'select count(*) from "untouched$snapshots"'
    before = athena.rows(snapshots)
    optimize(athena, "untouched")
    assert athena.rows(snapshots) == before


@pytest.fixture
def partitioned(athena) -> str:
    athena.run("drop table if exists parts")
    athena.make(
        "parts",
        "select n as id, if(n < 3, 'a', 'b') as kind,"
        " timestamp '2026-01-01 00:00:00.000000' + interval '1' day * n as ts"
        " from unnest(sequence(1, 4)) as t(n)",
        partitioning="ARRAY['kind', 'month(ts)']",
        optimize_rewrite_delete_file_threshold=1,
    )
    athena.run("delete from parts where id in (1, 3)")
    assert [file.deletes for file in files(athena, "parts")] == [1, 1]
    return "parts"


def test_predicate_names_the_partitions_to_rewrite(athena, partitioned):
    optimize(athena, partitioned, "where kind = 'a'")
    assert sorted(file.deletes for file in files(athena, partitioned)) == [0, 1]
    optimize(athena, partitioned, "where kind = 'b' and ts < timestamp '2026-02-01 00:00:00'")
    assert [file.deletes for file in files(athena, partitioned)] == [0, 0]


def test_predicate_that_cuts_a_partition_in_two_selects_by_rows(athena, partitioned):
    optimize(athena, partitioned, "where ts >= timestamp '2026-01-05 00:00:00'")
    assert sorted(file.deletes for file in files(athena, partitioned)) == [0, 1]


def test_predicate_on_another_column_is_refused_even_if_nothing_is_to_do(athena, partitioned):
    optimize(athena, partitioned)
    with pytest.raises(AthenaFailure, match="not a partition column: id"):
        optimize(athena, partitioned, "where id = 1")


def test_predicate_that_fits_no_column_is_refused_even_if_nothing_is_to_do(athena, partitioned):
    with pytest.raises(TrinoError, match="COLUMN_NOT_FOUND"):
        athena.run(f"optimize {partitioned} rewrite data using bin_pack where no_such = 1")


def test_files_of_different_partitions_are_counted_apart():
    settings = TableSettings(data_file_threshold=2)
    small = [DataFile(f"s3://b/{n}", 10, f"part {n % 3}", 0) for n in range(4)]
    assert [file.path for file in files_to_rewrite(small, settings)] == ["s3://b/0", "s3://b/3"]


@pytest.mark.parametrize(
    ("chosen", "size"),
    [
        ("a", 0),
        ("ab", 11),
        ("abc", 21),
        ("b", None),
        ("ac", None),
    ],
)
def test_size_selects_the_smaller_files_and_those_with_deletes(chosen, size):
    files = [DataFile("a", 99, "", 1), DataFile("b", 10, "", 0), DataFile("c", 20, "", 0)]
    assert size_that_selects([file for file in files if file.path in chosen], files) == size


@pytest.mark.parametrize(
    ("size", "deletes", "rewritten"),
    [
        (99, 0, True),
        (100, 0, False),
        (200, 0, False),
        (201, 0, True),
        (150, 2, False),
        (150, 3, True),
    ],
)
def test_file_is_rewritten_for_its_size_or_its_deletes(size, deletes, rewritten):
    settings = TableSettings(
        min_size=100, max_size=200, data_file_threshold=1, delete_file_threshold=3
    )
    file = DataFile("s3://b/x", size, "", deletes)
    assert files_to_rewrite([file], settings) == ([file] if rewritten else [])


def test_wanted_sizes_follow_the_target_size():
    settings = TableSettings.of({"write_target_data_file_size_bytes": "1000"})
    assert (settings.min_size, settings.max_size) == (750, 1800)


def test_rewritten_files_have_at_most_the_target_size(monkeypatch):
    """What Trino is told, not what it makes of it."""
    settings, sessions = {"write_target_data_file_size_bytes": "1000"}, []
    file = DataFile("s3://b/x", 1000, "", deletes=2)
    monkeypatch.setattr(maintenance, "properties_of", lambda *_: settings)
    monkeypatch.setattr(maintenance, "data_files", lambda *_: [file])
    glue = SimpleNamespace(
        get_table=lambda **_: {"Table": {"Parameters": {"table_type": "ICEBERG"}}}
    )
    trino = SimpleNamespace(execute=lambda sql, database, session: sessions.append(session))
    on = Connections(trino, glue, s3=None, database="d")
    maintenance.optimize(Optimize(TableName("d", "t"), predicate=None), on)
    assert sessions == [{"iceberg.target_max_file_size": "1000B"}]
