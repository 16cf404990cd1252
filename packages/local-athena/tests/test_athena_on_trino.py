"""The Athena API over Trino: by plain boto3, and by PyAthena as a user of it knows it."""

from __future__ import annotations

import contextlib
import random
import string
import threading
from datetime import UTC, date, datetime, time
from decimal import Decimal

import boto3
import pyathena
import pytest
from botocore.config import Config
from local_athena.trino_client import TrinoClient
from pyathena.error import DatabaseError, OperationalError

from .endpoint_process import Queries, eventually, rows_of

BUCKET = "athena-on-trino"
LOCATION = f"s3://{BUCKET}/results/"
SCHEMA = "athena_on_trino"

# Takes minutes: every pair of ten thousand numbers, more than once.
LONG = """
select count(*) as n from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y)
cross join unnest(sequence(1, 100)) c(z) where sqrt(a.x * b.y * c.z) < 0
"""

# name, SQL, text in VarCharValue and CSV, (Type, Precision, Scale), value in PyAthena
VALUES = [
    ("col_boolean", "true", "true", ("boolean", 0, 0), True),
    ("col_tinyint", "cast(127 as tinyint)", "127", ("tinyint", 3, 0), 127),
    ("col_smallint", "cast(32767 as smallint)", "32767", ("smallint", 5, 0), 32767),
    ("col_int", "2147483647", "2147483647", ("integer", 10, 0), 2147483647),
    (
        "col_bigint",
        "9223372036854775807",
        "9223372036854775807",
        ("bigint", 19, 0),
        9223372036854775807,
    ),
    ("col_float", "cast(0.1 as real)", "0.1", ("float", 17, 0), 0.1),
    ("col_double", "0.00025e0", "2.5E-4", ("double", 17, 0), 0.00025),
    ("col_infinite", "-infinity()", "-Infinity", ("double", 17, 0), float("-inf")),
    (
        "col_string",
        "cast('a \"string\", 王' as varchar)",
        'a "string", 王',
        ("varchar", 2147483647, 0),
        'a "string", 王',
    ),
    ("col_varchar", "cast('varchar' as varchar(10))", "varchar", ("varchar", 10, 0), "varchar"),
    ("col_empty", "''", "", ("varchar", 0, 0), ""),
    ("col_null", "cast(null as varchar)", None, ("varchar", 2147483647, 0), None),
    (
        "col_timestamp",
        "timestamp '2017-01-01 00:00:00.000'",
        "2017-01-01 00:00:00.000",
        ("timestamp", 3, 0),
        datetime(2017, 1, 1),
    ),
    (
        "col_timestamp_6",
        "timestamp '2017-01-01 00:00:00.123456'",
        "2017-01-01 00:00:00.123456",
        ("timestamp", 3, 0),
        datetime(2017, 1, 1, 0, 0, 0, 123456),
    ),
    (
        "col_timestamp_tz",
        "timestamp '2017-01-01 00:00:00.000 UTC'",
        "2017-01-01 00:00:00.000 UTC",
        ("timestamp with time zone", 3, 0),
        datetime(2017, 1, 1, tzinfo=UTC),
    ),
    ("col_time", "time '01:02:03.004'", "01:02:03.004", ("time", 3, 0), time(1, 2, 3, 4000)),
    ("col_date", "date '2017-01-02'", "2017-01-02", ("date", 0, 0), date(2017, 1, 2)),
    ("col_binary", "X'3132ff'", "31 32 ff", ("varbinary", 1073741824, 0), b"12\xff"),
    ("col_array", "array[1, 2]", "[1, 2]", ("array", 0, 0), [1, 2]),
    ("col_array_json", "cast(array[1, 2] as json)", "[1,2]", ("json", 0, 0), [1, 2]),
    ("col_map", "map(array[1, 3], array[2, 4])", "{1=2, 3=4}", ("map", 0, 0), {"1": "2", "3": "4"}),
    (
        "col_struct",
        "cast(row(1, 2) as row(a integer, b integer))",
        "{a=1, b=2}",
        ("row", 0, 0),
        {"a": "1", "b": "2"},
    ),
    (
        "col_decimal",
        "cast('0.10' as decimal(10, 2))",
        "0.10",
        ("decimal", 10, 2),
        Decimal("0.10"),
    ),
]
ALL_TYPES = "select " + ", ".join(f"{sql} as {name}" for name, sql, *_ in VALUES)


@pytest.fixture(scope="module")
def settings(local_athena):
    return {
        "endpoint_url": local_athena.environment()["AWS_ENDPOINT_URL"],
        "region_name": "us-east-1",
        "aws_access_key_id": "testing",
        "aws_secret_access_key": "testing",
    }


@pytest.fixture(scope="module")
def queries(settings):
    boto3.Session().client("s3", **settings).create_bucket(Bucket=BUCKET)
    queries = Queries(boto3.Session().client("athena", **settings), LOCATION)
    queries.values(f"create schema {SCHEMA}")
    return queries


@pytest.fixture(scope="module")
def connect(settings, queries):
    def connect(**options) -> pyathena.connection.Connection:
        return pyathena.connect(
            s3_staging_dir=LOCATION,
            schema_name=SCHEMA,
            poll_interval=0.05,
            config=Config(retries={"total_max_attempts": 1}),
            **settings,
            **options,
        )

    return connect


@pytest.fixture
def cursor(connect):
    with contextlib.closing(connect()) as connection:
        yield connection.cursor()


@pytest.fixture(scope="module")
def table(queries):
    """An Iceberg table of ten thousand numbers."""
    queries.values(
        f"create table {SCHEMA}.many_rows with (table_type = 'iceberg', is_external = false,"
        f" location = 's3://{BUCKET}/many_rows') as select a from unnest(sequence(0, 9999)) t(a)"
    )
    return f"{SCHEMA}.many_rows"


# boto3


def test_every_type_has_athenas_text_and_description(queries) -> None:
    execution = queries.run(ALL_TYPES)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    results = queries.results(execution["QueryExecutionId"])
    header, values = rows_of(results)
    assert header == [name for name, *_ in VALUES]
    assert dict(zip(header, values, strict=True)) == {name: text for name, _, text, *_ in VALUES}
    columns = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    described = {c["Name"]: (c["Type"], c["Precision"], c["Scale"]) for c in columns}
    assert described == {name: description for name, _, _, description, _ in VALUES}


def test_the_file_in_s3_holds_the_same(queries, settings) -> None:
    execution = queries.run(ALL_TYPES)
    key = execution["ResultConfiguration"]["OutputLocation"].removeprefix(f"s3://{BUCKET}/")
    body = (
        boto3.Session().client("s3", **settings).get_object(Bucket=BUCKET, Key=key)["Body"].read()
    )
    header, row, end = body.decode().split("\n")
    assert header == ",".join(f'"{name}"' for name, *_ in VALUES)
    texts = [
        "" if text is None else '"' + text.replace('"', '""') + '"' for *_, text, _, _ in VALUES
    ]
    assert row == ",".join(texts)
    assert end == ""


def test_a_query_tells_what_it_read_and_how_long_it_took(queries, table) -> None:
    statistics = queries.run(f"select sum(a) from {table}")["Statistics"]
    assert statistics["DataScannedInBytes"] > 0
    assert statistics["EngineExecutionTimeInMillis"] > statistics["QueryPlanningTimeInMillis"] > 0
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["EngineExecutionTimeInMillis"]


def test_a_writing_statement_tells_how_many_rows(queries) -> None:
    location = f"s3://{BUCKET}/counted"
    for sql, kind, count in (
        (
            f"create table {SCHEMA}.counted with (table_type = 'iceberg', is_external = false,"
            f" location = '{location}') as select 1 as a union all select 2",
            ("DDL", "CREATE_TABLE_AS_SELECT"),
            2,
        ),
        (f"insert into {SCHEMA}.counted values (3)", ("DML", "INSERT"), 1),
        (f"update {SCHEMA}.counted set a = a + 1", ("DML", "UPDATE"), 3),
        (f"delete from {SCHEMA}.counted where a > 2", ("DML", "DELETE"), 2),
        (
            f"merge into {SCHEMA}.counted t using (select 2 as a) s on t.a = s.a"
            " when matched then delete",
            ("DML", "MERGE"),
            1,
        ),
    ):
        execution = queries.run(sql)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        assert (execution["StatementType"], execution["SubstatementType"]) == kind
        results = queries.results(execution["QueryExecutionId"])
        assert (results["UpdateCount"], rows_of(results)) == (count, [])


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("select ? + 1, ?", ["41", "it's"]),
        ("select ? + 1, ? limit ?", ["41", "'it''s'", "1"]),
    ],
)
def test_parameters_are_bound(queries, sql, values) -> None:
    assert queries.values(sql, ExecutionParameters=values)[1] == ["42", "it's"]


ICEBERG = f"table_type = 'iceberg', is_external = false, location = '{LOCATION}wrong/'"


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("selec 1", "line 1:1: mismatched input 'selec'"),
        ("select from where", "line 1:8: mismatched input 'from'"),
        ("select 1.5, a b c", "line 1:17: mismatched input 'c'"),
        ("-- é\nselect 1\n  form t x", "line 3:8: mismatched input 't'"),
        ("explain select 1 1", "line 1:18: mismatched input '1'"),
        (f"insert into {SCHEMA}.t select", "line 1:37: mismatched input '<EOF>'"),
        (f"delete from {SCHEMA}.t were a = 1", "line 1:31: mismatched input 'were'"),
        (f"create view {SCHEMA}.v as\n  select 1 from", "line 2:16: mismatched input '<EOF>'"),
        (f"create table {SCHEMA}.t with ({ICEBERG})\nas select 1 1", "line 2:13: mismatched input"),
        (
            f"optimize {SCHEMA}.t rewrite data using bin_pack where a = = 1",
            "line 1:66: mismatched input '='",
        ),
    ],
)
def test_what_trino_cannot_read_is_refused_at_once(queries, sql, place) -> None:
    known = queries.athena.list_query_executions()["QueryExecutionIds"]
    with pytest.raises(queries.athena.exceptions.InvalidRequestException) as refused:
        queries.start(sql)
    assert refused.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"
    assert refused.value.response["Error"]["Message"].startswith(place)
    assert queries.athena.list_query_executions()["QueryExecutionIds"] == known


def test_a_query_with_the_clause_of_a_ctas_can_be_read(queries) -> None:
    execution = queries.run(f"create table {SCHEMA}.t with ({ICEBERG}) as select 1 a with no data")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert queries.values(f"select count(*) from {SCHEMA}.t") == [["_col0"], ["0"]]


def test_a_ctas_that_names_no_folder_is_below_the_result(queries) -> None:
    execution = queries.run(f"create table {SCHEMA}.placed as select 1 a")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert execution["ResultConfiguration"]["OutputLocation"].startswith(f"{LOCATION}tables/")
    (path,) = queries.values(f'select "$path" from {SCHEMA}.placed')[1]
    assert path.startswith(execution["ResultConfiguration"]["OutputLocation"] + "/")


def test_there_is_a_default_database(queries) -> None:
    assert queries.run("show tables")["Status"]["State"] == "SUCCEEDED"


def test_the_longest_statement_is_read_however_little_it_can_be_compressed(queries) -> None:
    characters = (string.ascii_letters + string.digits + string.punctuation).replace("'", "")
    text = "".join(random.Random(1).choices(characters, k=262_000))
    assert queries.values(f"select length('{text}')")[1] == [str(len(text))]
    with pytest.raises(queries.athena.exceptions.InvalidRequestException):
        queries.start(f"select length('{text}') from from")


def test_what_fits_no_table_fails_the_query(queries) -> None:
    status = queries.run(f"select * from {SCHEMA}.no_such_table")["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("TABLE_NOT_FOUND: line 1:15:")
    assert status["AthenaError"]["ErrorType"] == 1301


def state_of(client: TrinoClient, text: str) -> tuple[str, str | None]:
    """The state and the error of the query with this text."""
    found = client.execute(
        "select state, error_code from system.runtime.queries"
        f" where query like '%{text}%' and query not like '%system.runtime%'"
        " and query not like 'PREPARE %'"
    ).rows
    assert len(found) == 1, found
    return tuple(found[0])


def wait_until_running(client: TrinoClient, text: str) -> None:
    running = (
        "select query_id from system.runtime.queries where state = 'RUNNING'"
        f" and query like '%{text}%' and query not like '%system.runtime%'"
        " and query not like 'PREPARE %'"
    )
    eventually(lambda: client.execute(running).rows)


def test_stop_query_execution_ends_the_query_on_trino(local_athena, queries) -> None:
    trino = TrinoClient(local_athena.trino_port)
    execution_id = queries.start(f"{LONG.strip()} and 'the stopped one' <> ''")
    wait_until_running(trino, "the stopped one")
    queries.athena.stop_query_execution(QueryExecutionId=execution_id)
    assert queries.get(execution_id)["Status"]["State"] == "CANCELLED"
    assert state_of(trino, "the stopped one") == ("FAILED", "USER_CANCELED")


def test_a_query_beyond_the_limit_of_its_work_group_is_cancelled(queries, settings, table) -> None:
    # Athena takes no limit below 10 MB.
    unchecked = boto3.Session().client(
        "athena", config=Config(parameter_validation=False), **settings
    )
    for name, limit in (("frugal", 10**7), ("miserly", 10)):
        unchecked.create_work_group(Name=name, Configuration={"BytesScannedCutoffPerQuery": limit})
    within = queries.run(f"select sum(a) from {table}", WorkGroup="frugal")
    assert within["Status"]["State"] == "SUCCEEDED"
    beyond = queries.run(f"select sum(a) from {table}", WorkGroup="miserly")
    assert beyond["Status"]["State"] == "CANCELLED"
    assert beyond["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert beyond["Statistics"]["DataScannedInBytes"] > 10


def test_a_prepared_statement_runs_with_other_values(queries, table) -> None:
    queries.run(f"prepare above from select a from {table} where a > ? order by a limit ?")
    for start, request in (
        ("execute above using 9996 + 1, 1", {}),
        ("execute above", {"ExecutionParameters": ["9997", "1"]}),
        ("execute above using ?, ?", {"ExecutionParameters": ["9997", "1"]}),
    ):
        assert queries.values(start, QueryExecutionContext={"Database": SCHEMA}, **request) == [
            ["a"],
            ["9998"],
        ]
    queries.run("prepare texts from select ? || ?")
    assert queries.values("execute texts using 'it''s, ', lower('SO')")[1] == ["it's, so"]
    column = queries.run("execute texts using a, b")["Status"]
    assert "EXPRESSION_NOT_CONSTANT" in column["StateChangeReason"]
    queries.run(f"prepare filled from insert into {SCHEMA}.prepared select ?")
    queries.run(
        f"create table {SCHEMA}.prepared (a int) location 's3://{BUCKET}/prepared/' "
        "tblproperties ('table_type'='iceberg')"
    )
    assert queries.run("execute filled using 5")["Status"]["State"] == "SUCCEEDED"
    assert queries.values(f"select a from {SCHEMA}.prepared") == [["a"], ["5"]]


# PyAthena


def test_pyathena_reads_every_type(cursor) -> None:
    cursor.execute(ALL_TYPES)
    assert cursor.description == [
        (name, type_, None, None, precision, scale, "UNKNOWN")
        for name, _, _, (type_, precision, scale), _ in VALUES
    ]
    expected = tuple(value for *_, value in VALUES)
    [row] = cursor.fetchall()
    assert row == expected
    assert [type(value) for value in row] == [type(value) for value in expected]


def test_pyathena_knows_the_execution(cursor, table) -> None:
    cursor.execute(f"select count(*) from {table}")
    assert cursor.database == SCHEMA
    assert cursor.catalog == "awsdatacatalog"
    assert (cursor.statement_type, cursor.substatement_type) == ("DML", "SELECT")
    assert cursor.work_group == "primary"
    assert cursor.state == "SUCCEEDED"
    assert cursor.state_change_reason is None
    assert cursor.submission_date_time <= cursor.completion_date_time
    assert cursor.engine_execution_time_in_millis
    assert cursor.total_execution_time_in_millis
    assert cursor.output_location == f"{LOCATION}{cursor.query_id}.csv"
    assert cursor.data_manifest_location is None
    assert cursor.selected_engine_version == "AUTO"
    assert cursor.effective_engine_version == "Athena engine version 3"
    assert not cursor.reused_previous_result


def test_pyathena_binds_parameters(cursor) -> None:
    text = """`~!@#$%^&*()_+-={}[]|\\;:'",./<>?\n\r\t 王"""
    values = {"i": 1, "s": text, "n": None, "d": Decimal("0.00000000001"), "t": date(2026, 1, 2)}
    cursor.execute("select %(i)d, %(s)s, %(n)s, %(d)s, %(t)s", values)
    assert cursor.fetchall() == [tuple(values.values())]
    cursor.execute("select ? + 1, ?", ["10", "'a string'"], paramstyle="qmark")
    assert cursor.fetchall() == [(11, "a string")]


def test_pyathena_knows_counts(cursor) -> None:
    cursor.execute(
        f"create table {SCHEMA}.ctas with (table_type = 'iceberg', is_external = false,"
        f" location = 's3://{BUCKET}/ctas') as select 1 as a"
    )
    assert cursor.description == [("rows", "bigint", None, None, 19, 0, "UNKNOWN")]
    assert (cursor.rowcount, cursor.fetchone()) == (1, None)
    rows = [{"a": number} for number in range(3)]
    cursor.executemany(f"insert into {SCHEMA}.ctas values (%(a)d)", rows)
    cursor.execute(f"delete from {SCHEMA}.ctas")
    assert cursor.rowcount == 4
    cursor.execute(f"select * from {SCHEMA}.ctas")
    assert (cursor.rowcount, cursor.fetchall()) == (-1, [])


def test_pyathena_shows_and_describes(cursor, table) -> None:
    cursor.execute(f"show tables in {SCHEMA} 'many.*'")
    assert cursor.fetchall() == [("many_rows",)]
    cursor.execute(f"describe {table}")
    assert ("a\tbigint\t",) in cursor.fetchall()
    assert "many_rows" in {entry.name for entry in cursor.list_table_metadata()}
    metadata = cursor.get_table_metadata("many_rows")
    assert [(column.name, column.type) for column in metadata.columns] == [("a", "bigint")]


def test_pyathena_raises_what_went_wrong(cursor) -> None:
    with pytest.raises(OperationalError, match="TABLE_NOT_FOUND"):
        cursor.execute("select * from this_really_does_not_exist")
    with pytest.raises(DatabaseError, match="mismatched input"):
        cursor.execute("blah_blah")


def test_pyathena_finds_an_earlier_execution(cursor) -> None:
    query = "select 'found again'"
    cursor.execute(query)
    first = cursor.query_id
    cursor.execute(query)
    assert cursor.query_id != first
    cursor.execute(query, cache_size=100)
    assert cursor.fetchall() == [("found again",)]


def test_pyathena_cancels(local_athena, cursor) -> None:
    trino = TrinoClient(local_athena.trino_port)

    def cancel() -> None:
        wait_until_running(trino, "the cancelled one")
        cursor.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(OperationalError, match="Query cancelled by user"):
        cursor.execute(f"{LONG.strip()} and 'the cancelled one' <> ''")
    thread.join()
