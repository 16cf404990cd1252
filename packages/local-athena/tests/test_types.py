from __future__ import annotations

import pytest
from local_athena.language.errors import InvalidRequest
from local_athena.language.parser import Parser
from local_athena.language.types import hive_type, parse_trino_type


@pytest.mark.parametrize(
    ("trino", "hive"),
    [
        ("boolean", "boolean"),
        ("integer", "int"),
        ("real", "float"),
        ("varchar", "string"),
        ("varchar(3)", "varchar(3)"),
        ("char(3)", "char(3)"),
        ("varbinary", "binary"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("timestamp(3)", "timestamp"),
        ("timestamp(6) with time zone", "timestamp"),
        ("time(3) with time zone", "time(3) with time zone"),
        ("interval day to second", "interval day to second"),
        ("array(varchar)", "array<string>"),
        ("map(varchar, array(integer))", "map<string,array<int>>"),
        ('row("a" integer, "b c" timestamp(6))', "struct<a:int,b c:timestamp>"),
        ('row("a" row("b" real))', "struct<a:struct<b:float>>"),
        ("row(integer, timestamp(6) with time zone)", "struct<field0:int,field1:timestamp>"),
    ],
)
def test_type_of_trino_is_written_back_and_for_hive(trino, hive):
    data_type = parse_trino_type(trino)
    assert str(data_type) == trino
    assert data_type.hive == hive


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("row(a integer, b array(smallint))", 'row("a" integer, "b" array(smallint))'),
        ("row(timestamp varchar)", 'row("timestamp" varchar)'),
        ("row(interval integer)", 'row("interval" integer)'),
        (
            "row(INTERVAL DAY TO SECOND, INTERVAL YEAR TO MONTH)",
            "row(interval day to second, interval year to month)",
        ),
        ("row(time(0) with time zone, double)", "row(time(0) with time zone, double)"),
        ('row("q""t, (" decimal(3, 2))', 'row("q""t, (" decimal(3,2))'),
    ],
)
def test_type_of_trino_may_leave_quotes_out(written, read):
    assert str(parse_trino_type(written)) == read


@pytest.mark.parametrize(
    ("hive", "trino", "on_iceberg"),
    [
        ("INT", "integer", "integer"),
        ("integer", "integer", "integer"),
        ("float", "real", "real"),
        ("string", "varchar", "varchar"),
        ("varchar(10)", "varchar(10)", "varchar"),
        ("char(2)", "char(2)", "char(2)"),
        ("binary", "varbinary", "varbinary"),
        ("timestamp", "timestamp", "timestamp(6)"),
        ("decimal", "decimal(10,0)", "decimal(10,0)"),
        ("decimal(5)", "decimal(5,0)", "decimal(5,0)"),
        ("decimal(5, 2)", "decimal(5,2)", "decimal(5,2)"),
        ("array<timestamp>", "array(timestamp)", "array(timestamp(6))"),
        ("map<string,binary>", "map(varchar, varbinary)", "map(varchar, varbinary)"),
        (
            "struct<A: int, `b`:struct<c:varchar(3)>>",
            'row("a" integer, "b" row("c" varchar(3)))',
            'row("a" integer, "b" row("c" varchar))',
        ),
    ],
)
def test_type_of_hive_is_one_of_trino(hive, trino, on_iceberg):
    parser = Parser(hive, hive=True)
    data_type = hive_type(parser)
    parser.expect_end()
    assert str(data_type) == trino
    assert str(data_type.on_iceberg) == on_iceberg


@pytest.mark.parametrize(
    "hive", ["real", "varchar", "array(int)", "map<int>", "struct<int>", "uuid", "'int'", "array<"]
)
def test_type_that_hive_does_not_have_is_refused(hive):
    with pytest.raises(InvalidRequest, match=r"^line 1:\d+: mismatched input .* Expecting: "):
        hive_type(Parser(hive, hive=True))
