"""Tables of Glue that lack something: each fails as on Athena, and none breaks a list."""

from __future__ import annotations

from copy import deepcopy

import pytest
from local_athena.language.errors import AthenaFailure
from local_athena.trino_client import TrinoError

from .sql_session import SqlSession

WHOLE = {
    "TableType": "EXTERNAL_TABLE",
    "Parameters": {},
    "PartitionKeys": [{"Name": "k", "Type": "string"}],
    "StorageDescriptor": {
        "Columns": [{"Name": "a", "Type": "string"}],
        "Location": "s3://nowhere/t",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
    },
}
# What is taken out, and whether SHOW CREATE TABLE refuses the rest.
LACKING = {
    "TableType": True,
    "Parameters": False,
    "PartitionKeys": False,
    "StorageDescriptor": True,
    "StorageDescriptor#Columns": False,
    "StorageDescriptor#Location": False,
    "StorageDescriptor#InputFormat": True,
    "StorageDescriptor#OutputFormat": True,
    "StorageDescriptor#SerdeInfo": True,
    "StorageDescriptor#SerdeInfo#SerializationLibrary": True,
}
STORAGE = WHOLE["StorageDescriptor"]
STRANGE = {
    "bare": {"TableType": None, "Parameters": None, "PartitionKeys": None},
    "unknown_type": {"StorageDescriptor": {**STORAGE, "Columns": [{"Name": "a", "Type": "text"}]}},
    "open_type": {
        "StorageDescriptor": {**STORAGE, "Columns": [{"Name": "a", "Type": "array<int"}]}
    },
    "untyped": {"StorageDescriptor": {**STORAGE, "Columns": [{"Name": "a"}]}},
    "untyped_key": {"PartitionKeys": [{"Name": "k"}]},
    "bad_property": {"Parameters": {"skip.header.line.count": "one"}},
    "bad_buckets": {
        "StorageDescriptor": {**STORAGE, "NumberOfBuckets": 2, "BucketColumns": ["missing"]}
    },
    "iceberg_without_storage": {"Parameters": {"table_type": "ICEBERG"}, "StorageDescriptor": None},
    "iceberg_without_metadata": {"Parameters": {"table_type": "ICEBERG"}},
    "iceberg_metadata_gone": {
        "Parameters": {"table_type": "ICEBERG", "metadata_location": "s3://nowhere/m.json"}
    },
}


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    athena = SqlSession(local_athena, "malformed")
    athena.make("sound", "select 1 as n")
    athena.run("create view seen as select n from sound")
    for path in LACKING:
        create(athena, path.lower().replace("#", "_"), lacking(path))
    for name, changes in STRANGE.items():
        create(athena, name, {k: v for k, v in {**WHOLE, **changes}.items() if v is not None})
    return athena


def create(athena: SqlSession, name: str, table: dict) -> None:
    athena.glue.create_table(DatabaseName=athena.database, TableInput={"Name": name, **table})


def lacking(path: str) -> dict:
    table = deepcopy(WHOLE)
    *outer, last = path.split("#")
    inner = table
    for name in outer:
        inner = inner[name]
    del inner[last]
    return table


@pytest.mark.parametrize(("path", "refused"), LACKING.items())
def test_show_create_table_names_what_a_table_lacks(athena, path: str, refused: bool):
    name = path.lower().replace("#", "_")
    if not refused:
        assert athena.lines(f"show create table {name}")[0].startswith("CREATE EXTERNAL TABLE")
        return
    reason = f"{path} cannot be null for table: {name}"
    for statement in (
        "show create table {}",
        "msck repair table {}",
        "alter table {} add columns (b int)",
    ):
        with pytest.raises(AthenaFailure) as failure:
            athena.run(statement.format(name))
        assert "Name is null" if path == "TableType" else reason in failure.value.message


def test_no_table_breaks_a_list(athena):
    names = {table["Name"] for page in pages(athena) for table in page["TableList"]}
    assert len(names) == 2 + len(LACKING) + len(STRANGE)
    assert set(athena.lines("show tables")) == names
    assert athena.lines("show views") == ["seen"]
    where = "where table_schema = 'malformed'"
    listed = athena.rows(f"select table_name from information_schema.tables {where}")
    assert {name for (name,) in listed} == names
    columns = athena.rows(f"select table_name, column_name from information_schema.columns {where}")
    assert {("sound", "n"), ("seen", "n")} <= {tuple(column) for column in columns}
    assert not {"unknown_type", "iceberg_metadata_gone"} & {table for table, _ in columns}
    assert athena.rows("select * from seen") == [[1]]
    for name in names:
        athena.run(f"show columns in {name}")


def pages(athena: SqlSession):
    return athena.glue.get_paginator("get_tables").paginate(DatabaseName=athena.database)


def test_query_of_a_broken_table_says_what_is_broken(athena):
    with pytest.raises(TrinoError, match="type expected at the position 0 of 'text'"):
        athena.run("select * from unknown_type")
    assert athena.lines("describe untyped")[0] == "a" + " " * 19 + "\t" + "\t".join([" " * 20] * 2)


def test_other_errors_of_a_list_are_errors(athena):
    with pytest.raises(TrinoError, match="wrong"):
        athena.run("select wrong from information_schema.columns")
