"""MSCK REPAIR TABLE adds the folders that are partitions, and tells of the others."""

from __future__ import annotations

import pytest
from local_athena.language.errors import AthenaFailure

from .sql_session import SqlSession

FOLDERS = {  # each with the value of its partition, if it can be one
    "userid=7": "7",
    "userid=__HIVE_DEFAULT_PARTITION__": "__HIVE_DEFAULT_PARTITION__",
    "userid=a%3Ab": "a:b",
    "userid=a:b": None,  # the same value again
    "userid=two words": "two words",
    "userid=ü": "ü",
    "userid=": None,
    "userid=x=y": None,
    "USERID=9": None,
    "other=1": None,
    "plain": None,
}


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "repair")


def make(athena: SqlSession, table: str, keys: str = "") -> None:
    partitioned = f" partitioned by ({keys})" if keys else ""
    location = athena.location(table)
    athena.run(f"create external table {table} (line string){partitioned} location '{location}'")


def test_folders_that_are_no_partitions_are_told_and_not_added(athena):
    make(athena, "visits", "userid string")
    assert athena.lines("msck repair table visits") == ["Tables missing on filesystem:\tvisits"]
    for folder in (*FOLDERS, "_temporary", ".hidden"):
        athena.put("visits", f"{folder}/deeper/a.txt", f"{folder}\n")
    athena.put("visits", "a.txt", "in no folder\n")
    added = sorted(folder for folder, value in FOLDERS.items() if value)
    assert athena.lines("msck repair table visits") == [
        "\t".join(["Partitions not in metastore:", *(f"visits:{f}" for f in sorted(FOLDERS))]),
        *(f"Repair: Added partition to metastore visits:{folder}" for folder in added),
    ]
    assert athena.lines("show partitions visits") == sorted(
        f"userid={value}" for value in FOLDERS.values() if value
    )
    null = "userid=__HIVE_DEFAULT_PARTITION__"
    assert dict(athena.rows("select line, userid from visits")) == {
        folder: None if folder == null else FOLDERS[folder] for folder in added
    }


def test_partition_without_a_folder_is_told_and_stays(athena):
    make(athena, "days", "year int, month int")
    athena.run("alter table days add partition (year = 2025, month = 12)")
    athena.run(
        "alter table days add partition (year = 2025, month = 11)"
        f" location '{athena.location('elsewhere')}'"
    )
    athena.put("elsewhere", "a.txt", "x\n")
    athena.put("days", "year=2026/month=1/a.txt", "x\n")
    athena.put("days", "year=2026/a.txt", "x\n")
    assert athena.lines("msck repair table days") == [
        "Partitions not in metastore:\tdays:year=2026\tdays:year=2026/month=1",
        "Partitions missing from filesystem:\tdays:year=2025/month=12",
        "Repair: Added partition to metastore days:year=2026/month=1",
    ]
    assert len(athena.lines("show partitions days")) == 3


def test_table_without_partitions_has_nothing_to_repair(athena):
    make(athena, "flat")
    athena.put("flat", "a/b.txt", "x\n")
    assert athena.rows("msck repair table flat") == []
    assert athena.lines("msck repair table nowhere") == ["Tables not in metastore:\tnowhere"]


def test_more_partitions_than_one_request_of_glue_takes(athena):
    make(athena, "many", "n int")
    for n in range(101):
        athena.put("many", f"n={n}/a.txt", "x\n")
    assert len(athena.lines("msck repair table many")) == 1 + 101
    assert len(athena.lines("show partitions many")) == 101
    assert athena.rows("msck repair table many") == []


def test_neither_views_nor_iceberg_tables_are_repaired(athena):
    athena.run("create view seen as select 1 as n")
    with pytest.raises(AthenaFailure, match="Can not create a Path from an empty string"):
        athena.run("msck repair table seen")
    athena.make("cold", "select 1 as n")
    with pytest.raises(AthenaFailure, match="not supported by Athena Iceberg"):
        athena.run("msck repair table cold")
