"""What statements write: UNLOAD's files, and the lists of files that manifests are made of."""

from __future__ import annotations

import gzip
from contextlib import suppress

import duckdb
import pytest
from local_athena.catalog import written_files
from local_athena.catalog.connections import Connections
from local_athena.language.errors import AthenaFailure
from local_athena.language.names import TableName
from local_athena.trino_client import ScanLimitExceeded, TrinoClient, TrinoError

from .sql_session import BUCKET, SqlSession

ROWS = "select * from (values (1, 'a,b'), (2, null)) as t(id, name)"


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "written_files")


def unload(athena: SqlSession, folder: str, query: str, properties: str):
    """Run an UNLOAD to a folder of the database's."""
    return athena.run(f"unload ({query}) to '{athena.location(folder)}/' with ({properties})")


def body(athena: SqlSession, folder: str) -> bytes:
    """The only file of a folder."""
    (key,) = athena.objects(folder)
    return athena.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def addresses(athena: SqlSession, folder: str) -> set[str]:
    return {f"s3://{BUCKET}/{key}" for key in athena.objects(folder)}


@pytest.fixture
def parquet(athena, tmp_path):
    """A function: folder, query -> the rows of a query of the only file of the folder."""

    def ask(folder: str, query: str) -> list[tuple]:
        file = tmp_path / folder
        file.write_bytes(body(athena, folder))
        with duckdb.connect() as connection:
            return connection.execute(query, [str(file)]).fetchall()

    return ask


def test_unload_writes_files_and_leaves_no_table(athena, parquet):
    before = athena.glue.get_tables(DatabaseName=athena.database)["TableList"]
    outcome = unload(athena, "plain", ROWS, "format = 'PARQUET'")
    assert outcome.update_count == 2
    assert set(outcome.files) == addresses(athena, "plain") != set()
    assert athena.glue.get_tables(DatabaseName=athena.database)["TableList"] == before
    assert athena.trino.execute("show tables from unload.files").rows == []
    assert parquet("plain", "from read_parquet(?)") == [(1, "a,b"), (2, None)]


def test_unload_beyond_its_limit_leaves_no_table(athena, local_athena):
    athena.make("read", "select n from unnest(sequence(1, 9999)) as t(n)")
    unlimited, athena.trino = athena.trino, TrinoClient(local_athena.trino_port, scan_limit=1)
    try:
        with suppress(ScanLimitExceeded):  # or all was read between two of Trino's answers
            unload(athena, "limited", "select * from read", "format = 'JSON'")
    finally:
        athena.trino = unlimited
    assert athena.trino.execute("show tables from unload.files").rows == []


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("format = 'JSON'", b'{"id":1,"name":"a,b"}\n{"id":2,"name":null}\n'),
        ("format = 'TEXTFILE'", b"1\x01a,b\n2\x01\\N\n"),
        ("format = 'TEXTFILE', field_delimiter = '|'", b"1|a,b\n2|\\N\n"),
    ],
)
def test_unload_of_text_is_compressed_unless_told(athena, properties, expected):
    folder = f"text_{len(properties)}"
    unload(athena, folder, ROWS, properties)
    assert gzip.decompress(body(athena, folder)) == expected
    unload(athena, f"{folder}_bare", ROWS, f"{properties}, compression = 'NONE'")
    assert body(athena, f"{folder}_bare") == expected


@pytest.mark.parametrize(("file_format", "start"), [("ORC", b"ORC"), ("AVRO", b"Obj\x01")])
def test_unload_of_other_formats(athena, file_format, start):
    unload(athena, file_format, ROWS, f"format = '{file_format}'")
    assert body(athena, file_format).startswith(start)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "zstd"])
def test_unload_compresses_parquet_as_told(athena, parquet, codec):
    given = "" if codec == "gzip" else f", compression = '{codec}'"  # Athena's default
    unload(athena, f"codec_{codec}", ROWS, f"format = 'parquet'{given}")
    query = "select distinct lower(compression) from parquet_metadata(?)"
    assert parquet(f"codec_{codec}", query) == [(codec,)]


def test_unload_fills_an_empty_folder_only_unless_it_is_partitioned(athena):
    for number in (1, 2):
        by_day = "format = 'JSON', partitioned_by = ARRAY['day', 'hour']"
        outcome = unload(athena, "days", f"select {number} as id, 'x y' as day, 3 as hour", by_day)
        assert [file.split("/")[-3:-1] for file in outcome.files] == [["day=x y", "hour=3"]]
    assert len(athena.objects("days")) == 2
    with pytest.raises(AthenaFailure, match="HIVE_PATH_ALREADY_EXISTS: Target directory"):
        unload(athena, "days", "select 1 as id", "format = 'JSON'")
    assert len(athena.objects("days")) == 2


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("select 1 as id, 2 as id", "DUPLICATE_COLUMN_NAME"),
        ("select null as id", "COLUMN_TYPE_UNKNOWN"),
        ("select localtimestamp(6) as id", "NOT_SUPPORTED: Incorrect timestamp precision"),
        ("select * from nowhere", "TABLE_NOT_FOUND"),
        ("select 1 / 0", "DIVISION_BY_ZERO"),
    ],
)
def test_unload_fails_as_a_query_or_a_table_does(athena, query, problem):
    with pytest.raises(TrinoError, match=f"^{problem}"):
        unload(athena, "failed", query, "format = 'PARQUET'")
    assert not athena.objects("failed")


def test_unload_of_no_rows_writes_no_file_and_of_columns_without_names_one(athena):
    assert unload(athena, "none", "select 1 as id where false", "format = 'JSON'").files == []
    unload(athena, "unnamed", "select 1, 'a'", "format = 'JSON', compression = 'NONE'")
    assert body(athena, "unnamed") == b'{"_col0":1,"_col1":"a"}\n'


def test_ctas_and_insert_tell_the_files_that_are_new(athena):
    for kind, properties in (
        ("hive", f"external_location = '{athena.location('hive')}'"),
        (
            "iceberg",
            f"table_type='iceberg', is_external=false, location='{athena.location('iceberg')}'",
        ),
    ):
        made = athena.run(f"create table {kind} with ({properties}) as {ROWS}")
        files = {file for file in addresses(athena, kind) if "/metadata/" not in file}
        assert set(made.files) == files and len(files) == 1
        added = athena.run(f"insert into {kind} {ROWS}")
        now = {file for file in addresses(athena, kind) if "/metadata/" not in file}
        assert set(added.files) == now - files and len(now) == 2
    assert athena.run("delete from iceberg where id = 1").files is None


def test_insert_tells_the_files_of_a_partition_that_lies_elsewhere(athena):
    athena.run(
        "create external table parts (id int) partitioned by (day int) stored as parquet"
        f" location '{athena.location('parts')}'"
    )
    athena.run(f"alter table parts add partition (day=7) location '{athena.location('other')}'")
    files = athena.run("insert into parts values (1, 2), (1, 7)").files
    assert set(files) == addresses(athena, "parts") | addresses(athena, "other")
    assert len(files) == 2


def test_insert_does_not_mind_what_lies_nowhere(athena):
    athena.run(
        "create external table nowhere (id int) partitioned by (day int) stored as parquet"
        f" location '{athena.location('nowhere')}'"
    )
    storage = athena.glue_table("nowhere")["StorageDescriptor"]
    del storage["Location"]
    entry = {"Values": ["7"], "StorageDescriptor": storage}
    table = {"DatabaseName": athena.database, "TableName": "nowhere"}
    athena.glue.create_partition(**table, PartitionInput=entry)
    files = athena.run("insert into nowhere values (1, 2)").files
    assert set(files) == addresses(athena, "nowhere") != set()
    athena.run("create view seen as select 1 as n")
    on = Connections(athena.trino, athena.glue, athena.s3, athena.database)
    for name in ("seen", "gone"):
        assert written_files.of_table(TableName(athena.database, name), "x", on) == []


def test_a_dropped_column_of_an_iceberg_table_stays_in_glue_and_nowhere_else(athena):
    athena.make("evolving", "select 1 as id, 'a' as gone")
    athena.run("alter table evolving drop column gone")
    athena.run("alter table evolving add columns (extra double)")
    columns = athena.glue_table("evolving")["StorageDescriptor"]["Columns"]
    current = "iceberg.field.current"
    assert [(c["Name"], c["Type"], c["Parameters"][current]) for c in columns] == [
        ("id", "int", "true"),
        ("extra", "double", "true"),
        ("gone", "string", "false"),
    ]
    assert athena.lines("show columns in evolving") == ["id", "extra"]
    assert not any("gone" in line for line in athena.lines("describe evolving"))
    assert not any("gone" in line for line in athena.lines("show create table evolving"))
    listed = athena.rows(
        "select column_name from information_schema.columns"
        f" where table_schema = '{athena.database}' and table_name = 'evolving'"
    )
    assert sorted(listed) == [["extra"], ["id"]]
    assert athena.rows("select * from evolving") == [[1, None]]
