"""How values and columns are written; the plain types are in test_athena_on_trino."""

from __future__ import annotations

import base64

import pytest
from local_athena.athena_api.column_info import column_info
from local_athena.athena_api.values import java_double, writer
from local_athena.language.types import parse_trino_type
from local_athena.trino_client import Column


def binary(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("double", 1e20, "1.0E20"),
        ("double", "NaN", "NaN"),
        ("decimal(3, 2)", "1.50", "1.50"),
        ("varchar", "a, \"b\" 'c'", "a, \"b\" 'c'"),
        ("varchar", "", ""),
        ("char(5)", "ab   ", "ab   "),
        ("varbinary", binary(b"123"), "31 32 33"),
        ("varbinary", binary(b"\x00\xff"), "00 ff"),
        ("varbinary", "", ""),
        ("json", '{"a":1}', '{"a":1}'),
        ("array(integer)", [1, 2], "[1, 2]"),
        ("array(varchar(1))", ["a", None], "[a, null]"),
        ("array(bigint)", [], "[]"),
        ("array(array(integer))", [[1], [2, 3]], "[[1], [2, 3]]"),
        ("array(double)", [1e20, 0.5], "[1.0E20, 0.5]"),
        ("array(decimal(3, 2))", ["1.50"], "[1.50]"),
        ("array(boolean)", [True, False], "[true, false]"),
        ("map(varchar(1), integer)", {"k": 1, "j": 2}, "{j=2, k=1}"),
        ("map(integer, varchar(1))", {"10": "b", "9": "a"}, "{9=a, 10=b}"),
        ("map(decimal(2, 1), boolean)", {"10.0": True, "9.5": None}, "{9.5=null, 10.0=true}"),
        ("map(double, integer)", {"1.0E20": 1, "0.5": 2}, "{0.5=2, 1.0E20=1}"),
        ("map(varchar, array(integer))", {"k": [1, 2]}, "{k=[1, 2]}"),
        ("row(id integer, name varchar)", [1, "x"], "{id=1, name=x}"),
        ("row(integer, varchar(1))", [1, "x"], "{1, x}"),
        ('row("q""t, (" integer)', [1], '{q"t, (=1}'),
        ("row(INTERVAL DAY TO SECOND)", ["1 00:00:00.000"], "{1 00:00:00.000}"),
        ("row(a row(b double), c date)", [[1e-7], None], "{a={b=1.0E-7}, c=null}"),
        ("array(row(n integer))", [[1]], "[{n=1}]"),
    ],
)
def test_a_value_is_written_as_athena_does(type_: str, value, text: str) -> None:
    assert writer(parse_trino_type(type_))(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.5, "1.5"),
        (100.0, "100.0"),
        (0.30000000000000004, "0.30000000000000004"),
        (1234567.0, "1234567.0"),
        (9999999.999, "9999999.999"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (0.001, "0.001"),
        (0.0009999, "9.999E-4"),
        (0.0001, "1.0E-4"),
        (-2.5e-10, "-2.5E-10"),
        (1e15, "1.0E15"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (5e-324, "5.0E-324"),
        (3, "3.0"),
        ("Infinity", "Infinity"),
    ],
)
def test_a_double_is_written_as_java_does(value, text: str) -> None:
    assert java_double(value) == text


def test_bytes_in_an_array_are_not_shown() -> None:
    write = writer(parse_trino_type("array(varbinary)"))
    text = write([binary(b"abc"), None])
    assert text.startswith("[[B@") and text.endswith(", null]")
    assert "61 62 63" not in text
    assert write([binary(b"abc"), None]) == text


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("decimal(10, 1)", ("decimal", 10, 1, False)),
        ("varchar(10)", ("varchar", 10, 0, True)),
        ("char(5)", ("char", 5, 0, True)),
        ("map(integer, decimal(3, 2))", ("map", 0, 0, False)),
        ("INTERVAL DAY TO SECOND", ("interval day to second", 0, 0, False)),
        ("string", ("string", 0, 0, False)),  # of SHOW and DESCRIBE
    ],
)
def test_a_column_is_described_as_athena_does(type_: str, expected: tuple) -> None:
    info = column_info(Column("c", type_))
    assert (info["Type"], info["Precision"], info["Scale"], info["CaseSensitive"]) == expected
    names = [info[key] for key in ("CatalogName", "SchemaName", "TableName", "Name", "Label")]
    assert names == ["hive", "", "", "c", "c"]
    assert info["Nullable"] == "UNKNOWN"
