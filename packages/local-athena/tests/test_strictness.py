"""Each rule on its own; golden/*.txt shows the statements that meet them."""

from __future__ import annotations

import pytest
from local_athena.language.errors import AthenaFailure, InvalidRequest
from local_athena.language.types import parse_trino_type
from local_athena.sql.translate import translate
from local_athena.strictness import (
    iceberg_types,
    optimize_predicate,
    query_size,
    table_properties,
)
from local_athena.trino_client import TrinoError

from .sql_session import SqlSession


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "strictness")


REFUSED_TYPES = {
    "timestamp(3)": "Timestamp precision (3) not supported for Iceberg."
    ' Use "timestamp(6)" instead.',
    "timestamp(3) with time zone": "Timestamp precision (3) not supported for Iceberg."
    ' Use "timestamp(6) with time zone" instead.',
    "timestamp(6) with time zone": "Unsupported Hive type: timestamp(6) with time zone",
    "time(3)": 'Time precision (3) not supported for Iceberg. Use "time(6)" instead.',
    "time(6)": "Unsupported Hive type: time(6)",
    "uuid": "Unsupported Hive type: uuid",
    "tinyint": "Type not supported for Iceberg: tinyint",
    "smallint": "Type not supported for Iceberg: smallint",
    "char(3)": "Type not supported for Iceberg: char(3)",
    "json": "Type not supported for Iceberg: json",
    "ipaddress": "Type not supported for Iceberg: ipaddress",
    "interval day to second": "Type not supported for Iceberg: interval day to second",
}
ACCEPTED_TYPES = (
    *("boolean", "integer", "bigint", "real", "double", "decimal(10,2)", "varchar", "varchar(3)"),
    *("varbinary", "date", "timestamp(6)", "unknown"),
)


@pytest.mark.parametrize(("text", "message"), REFUSED_TYPES.items())
@pytest.mark.parametrize(
    "around", ["{}", "array({})", "map(varchar, {})", 'row("a" integer, "b" array({}))']
)
def test_type_is_refused_in_an_iceberg_table(text, message, around):
    with pytest.raises(AthenaFailure) as failure:
        iceberg_types.check([parse_trino_type("integer"), parse_trino_type(around.format(text))])
    assert failure.value.message == f"NOT_SUPPORTED: {message}"
    assert failure.value.error_type == 1200


@pytest.mark.parametrize("text", ACCEPTED_TYPES)
def test_type_is_accepted_in_an_iceberg_table(text):
    iceberg_types.check([parse_trino_type(text), parse_trino_type(f"map(varchar, array({text}))")])


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("cast(now() as timestamp)", "Timestamp precision (3)"),
        ("from_unixtime(0)", "Timestamp precision (3)"),
        ("array[timestamp '2026-01-01 00:00:00.123']", "Timestamp precision (3)"),
        ("tinyint '1'", "tinyint"),
        ("map(array['a'], array[smallint '1'])", "smallint"),
        ("cast(row(cast('x' as char(3))) as row(a char(3)))", "char(3)"),
        ("uuid()", "uuid"),
    ],
)
def test_ctas_of_an_iceberg_table_refuses_the_types_of_its_query(athena, expression, message):
    with pytest.raises(AthenaFailure) as failure:
        athena.make("refused_type", f"select {expression} as a")
    assert message in failure.value.message
    assert "refused_type" not in athena.lines("show tables")


def test_ctas_of_an_iceberg_table_takes_timestamps_of_six_digits(athena):
    query = "select cast(now() as timestamp(6)) as at, cast('x' as varchar(1)) as x"
    athena.make("accepted_type", query)
    assert athena.rows("select x from accepted_type") == [["x"]]


def test_column_without_a_type_is_refused_by_trino(athena):
    with pytest.raises(TrinoError, match="COLUMN_TYPE_UNKNOWN"):
        athena.make("no_type", "select null as a")


def test_added_column_has_a_type_of_iceberg(athena):
    athena.make("grows", "select 1 as id")
    with pytest.raises(AthenaFailure, match="Type not supported for Iceberg: tinyint"):
        athena.run("alter table grows add columns (a int, b tinyint)")
    with pytest.raises(AthenaFailure, match="Type not supported for Iceberg: smallint"):
        athena.run("alter table grows change column id id smallint")
    assert athena.lines("show columns in grows") == ["id"]


def test_hive_ctas_refuses_timestamps_of_six_digits(athena):
    location = athena.location("precise")
    with pytest.raises(TrinoError) as failure:
        athena.run(
            f"create table precise with (external_location='{location}')"
            " as select timestamp '2026-01-01 00:00:00.123456' as at"
        )
    assert str(failure.value).startswith(
        "NOT_SUPPORTED: Incorrect timestamp precision for timestamp(6);"
        " the configured precision is MILLISECONDS"
    )


def test_statement_has_at_most_262144_bytes():
    query = "select '{}'"
    longest = query.format("é" * ((query_size.MOST_BYTES - len(query.format(""))) // 2))
    translate(longest, None)
    with pytest.raises(InvalidRequest, match="less than or equal to 262144") as refusal:
        translate(longest + "  ", None)
    assert refusal.value.code == "INVALID_INPUT"


def test_statement_writes_at_most_100_partitions(athena):
    def numbers(last: int) -> str:
        return f"select n as id, cast(n as varchar) as d from unnest(sequence(1, {last})) as t(n)"

    athena.make("partitioned", numbers(100), partitioning="ARRAY['d']")
    for write in (
        f"insert into partitioned {numbers(101)}",
        f"merge into partitioned as t using ({numbers(101)}) as s on t.id = s.id"
        " when matched then update set id = s.id when not matched then insert values (s.id, s.d)",
        "create table too_many with (table_type='iceberg', is_external=false,"
        f" location='{athena.location('too_many')}', partitioning=ARRAY['d']) as {numbers(101)}",
    ):
        with pytest.raises(TrinoError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS"):
            athena.run(write)
    with pytest.raises(TrinoError, match="HIVE_TOO_MANY_OPEN_PARTITIONS"):
        athena.run(
            f"create table too_many with (external_location='{athena.location('too_many_hive')}',"
            f" partitioned_by=ARRAY['d']) as {numbers(101)}"
        )


@pytest.fixture
def hive_table(athena) -> str:
    athena.run("drop table if exists of_hive")
    athena.run(f"create external table of_hive (a string) location '{athena.location('of_hive')}'")
    return "of_hive"


@pytest.fixture
def iceberg_table(athena) -> str:
    athena.run("drop table if exists of_iceberg")
    athena.make("of_iceberg", "select 1 as id")
    return "of_iceberg"


def test_hive_table_is_not_renamed(athena, hive_table):
    with pytest.raises(AthenaFailure, match="Table cannot be renamed") as failure:
        athena.run(f"alter table {hive_table} rename to other")
    assert failure.value.error_message == "Query type not supported by DDL engine."
    assert failure.value.error_type == 1006


def test_column_of_a_hive_table_is_not_dropped(athena, hive_table):
    with pytest.raises(AthenaFailure) as failure:
        athena.run(f"alter table {hive_table} drop column a")
    assert failure.value.message == (
        "FAILED: ParseException line 1:25 mismatched input 'column' expecting PARTITION"
        " near 'DROP' in drop partition statement"
    )


@pytest.mark.parametrize("statement", ["optimize {} rewrite data using bin_pack", "vacuum {}"])
def test_hive_table_is_not_maintained(athena, hive_table, statement):
    with pytest.raises(AthenaFailure, match="only supported for Iceberg tables"):
        athena.run(statement.format(hive_table))


@pytest.mark.parametrize(
    "statement",
    [
        "alter table {} replace columns (a int)",
        "alter table {} add partition (d = '1')",
        "alter table {} drop partition (d = '1')",
        "alter table {} set location 's3://b/x'",
        "msck repair table {}",
        "show partitions {}",
    ],
)
def test_statement_of_hive_does_not_run_on_an_iceberg_table(athena, iceberg_table, statement):
    with pytest.raises(AthenaFailure) as failure:
        athena.run(statement.format(iceberg_table))
    assert failure.value.message == "Query type not supported by Athena Iceberg at this time"
    assert failure.value.error_type == 1200


def test_property_that_athena_does_not_know_is_not_set_on_an_iceberg_table(athena, iceberg_table):
    with pytest.raises(AthenaFailure) as failure:
        athena.run(
            f"alter table {iceberg_table} set tblproperties"
            " ('vacuum_max_snapshot_age_seconds'='1', 'write.delete.mode'='merge-on-read')"
        )
    assert failure.value.message == "Unsupported table property key: write.delete.mode"
    shown = athena.lines(f"show tblproperties {iceberg_table}")
    assert "vacuum_max_snapshot_age_seconds\t1" not in shown


@pytest.mark.parametrize("value", ["0", "50", "-1", "many"])
def test_threshold_is_set_within_its_range_only(athena, iceberg_table, value):
    with pytest.raises(AthenaFailure, match="optimize_rewrite_delete_file_threshold must be"):
        athena.run(
            f"alter table {iceberg_table} set tblproperties"
            f" ('optimize_rewrite_delete_file_threshold'='{value}')"
        )


def test_threshold_is_in_its_range_however_its_key_is_written():
    with pytest.raises(AthenaFailure, match="must be less than 50: 50"):
        table_properties.check_table_properties({"OPTIMIZE_REWRITE_DELETE_FILE_THRESHOLD": "50"})


@pytest.mark.parametrize(
    "metadata",
    ["properties", "entries", "all_entries", "all_manifests", "metadata_log_entries"],
)
def test_metadata_table_that_only_trino_has_is_refused(metadata):
    with pytest.raises(InvalidRequest, match="Queries of this type are not supported"):
        translate(f'select * from "t${metadata}"', "dev")


@pytest.mark.parametrize(
    "predicate",
    ["id = 1", "d = 'a' and id = 1", '"id" = 1', "lower(d) = 'a' or ID is null"],
)
def test_optimize_takes_partition_columns_only(predicate):
    with pytest.raises(AthenaFailure, match="not a partition column: id"):
        optimize_predicate.check(predicate, ["id", "d"], ["d"])


def test_optimize_takes_partition_columns_with_functions_and_strings():
    optimize_predicate.check("d >= 'id' and d < cast(current_date as varchar)", ["id", "d"], ["d"])
