from __future__ import annotations

import time

import pytest
from local_athena.language.errors import AthenaFailure

from .sql_session import BUCKET, SqlSession

TWO_ROWS = "select * from (values (1, 'old'), (2, 'kept')) as t(id, name)"


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "vacuuming")


def snapshots(athena: SqlSession, table: str) -> int:
    ((count,),) = athena.rows(f'select count(*) from "{table}$snapshots"')
    return count


def kinds(athena: SqlSession, table: str) -> dict[str, int]:
    """How many data files and metadata files a table has on S3, reachable or not."""
    keys = athena.objects(table)
    return {
        "data": sum(key.endswith(".parquet") for key in keys),
        "metadata": sum(key.endswith(".metadata.json") for key in keys),
    }


def rewrite(athena: SqlSession, table: str) -> None:
    """Leave a data file behind that only an old snapshot needs."""
    athena.run(f"update {table} set name = 'new' where id = 1")
    athena.run(f"optimize {table} rewrite data using bin_pack")


def make_old() -> None:
    """Wait until all there is is older than the shortest age, one second."""
    time.sleep(1.1)


def test_by_default_everything_is_young_enough_to_stay(athena):
    athena.make("young", TWO_ROWS, optimize_rewrite_delete_file_threshold=1)
    rewrite(athena, "young")
    athena.s3.put_object(Bucket=BUCKET, Key="vacuuming/young/data/orphan.parquet", Body=b"x")
    before = athena.objects("young"), snapshots(athena, "young")
    make_old()
    athena.run("vacuum young")
    assert (athena.objects("young") >= before[0], snapshots(athena, "young")) == (True, before[1])
    assert "vacuuming/young/data/orphan.parquet" in athena.objects("young")


def test_old_snapshots_their_files_and_orphans_go(athena, tmp_path):
    athena.make(
        "aged",
        TWO_ROWS,
        optimize_rewrite_delete_file_threshold=1,
        vacuum_max_snapshot_age_seconds=1,
    )
    rewrite(athena, "aged")
    athena.s3.put_object(Bucket=BUCKET, Key="vacuuming/aged/data/orphan.parquet", Body=b"x")
    assert kinds(athena, "aged")["data"] == 5  # old, new, deletes, rewritten, orphan
    make_old()
    athena.run("vacuum aged")
    assert snapshots(athena, "aged") == 1
    assert kinds(athena, "aged")["data"] == 2
    assert athena.rows("select * from aged order by id") == [[1, "new"], [2, "kept"]]
    assert not athena.in_parquet_files("aged", "old", tmp_path)


def test_least_number_of_snapshots_overrides_their_age(athena):
    athena.make(
        "two_kept",
        "select 1 as id",
        vacuum_max_snapshot_age_seconds=1,
        vacuum_min_snapshots_to_keep=2,
    )
    for number in (2, 3, 4):
        athena.run(f"insert into two_kept values {number}")
    make_old()
    athena.run("vacuum two_kept")
    assert snapshots(athena, "two_kept") == 2
    athena.run("alter table two_kept set tblproperties ('vacuum_min_snapshots_to_keep'='1')")
    athena.run("vacuum two_kept")
    assert snapshots(athena, "two_kept") == 1
    assert athena.rows("select count(*) from two_kept") == [[4]]


def test_number_of_old_metadata_files_is_limited(athena):
    athena.make("logged", "select 1 as id", vacuum_max_metadata_files_to_keep=2)
    for number in (2, 3, 4):
        athena.run(f"insert into logged values {number}")
    assert kinds(athena, "logged")["metadata"] > 4
    athena.run("vacuum logged")
    assert kinds(athena, "logged")["metadata"] == 3  # the current one and two before it
    athena.run("insert into logged values 5")
    assert athena.rows("select count(*) from logged") == [[5]]


def test_table_that_is_not_there_is_not_found(athena):
    with pytest.raises(AthenaFailure, match=r"Table not found vacuuming\.no_such"):
        athena.run("vacuum no_such")
