"""What a failed write has written stays: "Athena will not delete data in your account"."""

from __future__ import annotations

import pytest
from local_athena.language.errors import AthenaFailure
from local_athena.trino_client import TrinoError

from .sql_session import BUCKET, SqlSession

# More partitions than a statement may open: as many files as it may are written before it fails.
TOO_MANY = "select n, n as p from unnest(sequence(1, 150)) as t(n)"
FEW = "select n, n as p from unnest(sequence(1, 3)) as t(n)"
ROWS = "select n from unnest(sequence(1, 9999)) as t(n), unnest(sequence(1, 100))"
FAILING = "select 1 / (n - 9999) as n from unnest(sequence(1, 9999)) as t(n)"


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "failed_writes")


def create(
    athena: SqlSession, query: str, partitioned: str = ", partitioned_by = array['p']"
) -> None:
    location = athena.location("made")
    athena.run(f"create table made with (external_location = '{location}'{partitioned}) as {query}")


def clear(athena: SqlSession, table: str) -> None:
    for key in athena.objects(table):
        athena.s3.delete_object(Bucket=BUCKET, Key=key)


def test_retry_of_a_failed_ctas_meets_its_files_until_somebody_clears_them(athena):
    with pytest.raises(TrinoError, match="Exceeded limit of 100 open writers"):
        create(athena, TOO_MANY)
    left = athena.objects("made")
    assert len(left) >= 100
    with pytest.raises(TrinoError) as failure:
        create(athena, FEW)
    assert failure.value.name == "HIVE_PATH_ALREADY_EXISTS"
    assert athena.objects("made") == left  # nothing comes later
    clear(athena, "made")
    create(athena, FEW)
    assert athena.rows("select count(*) from made") == [[3]]
    athena.run("drop table made")
    clear(athena, "made")


def test_failed_ctas_without_partitions_leaves_its_file(athena):
    with pytest.raises(TrinoError, match="Division by zero"):
        create(athena, f"{ROWS} union all {FAILING}", partitioned="")
    assert athena.objects("made")
    clear(athena, "made")


def test_failed_unload_leaves_its_files_and_no_table(athena):
    statement = f"unload ({TOO_MANY}) to '{athena.location('parts')}/' with (format = 'PARQUET'"
    with pytest.raises(TrinoError, match="Exceeded limit of 100 open writers"):
        athena.run(f"{statement}, partitioned_by = array['p'])")
    left = athena.objects("parts")
    assert left
    with pytest.raises(AthenaFailure, match="HIVE_PATH_ALREADY_EXISTS"):
        athena.run(f"{statement})")
    assert athena.objects("parts") == left  # nothing comes later
    assert athena.trino.execute("show tables from unload.files").rows == []


def test_failed_insert_leaves_its_rows_in_a_hive_table_and_not_in_an_iceberg_table(athena):
    location = athena.location("hive")
    athena.run(f"create external table hive (n int) location '{location}'")
    athena.make("cold", "select 1 as n")
    for _ in range(10):  # the failure may be quicker than the first row
        for table in ("hive", "cold"):
            with pytest.raises(TrinoError, match="Division by zero"):
                athena.run(f"insert into {table} {ROWS} union all {FAILING}")
        if athena.rows("select count(*) > 0 from hive") == [[True]]:
            break
    else:
        pytest.fail("no failed INSERT has left a row")
    assert athena.rows("select count(*) from cold") == [[1]]
