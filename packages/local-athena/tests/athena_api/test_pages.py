"""Results in pages."""

from __future__ import annotations

from itertools import chain

import pytest

from ..endpoint_process import RESULTS, error, rows_of, says


@pytest.fixture(scope="module")
def five_rows(queries):
    rows = [[number] for number in range(5)]
    return queries.run(says(*rows, columns={"n": "integer"}))["QueryExecutionId"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 1000])
def test_pages_hold_every_row_once_and_one_header(athena, five_rows, size) -> None:
    pages = list(
        athena.get_paginator("get_query_results").paginate(
            QueryExecutionId=five_rows, PaginationConfig={"PageSize": size}
        )
    )
    rows = [rows_of(page) for page in pages]
    assert list(chain(*rows)) == [["n"], ["0"], ["1"], ["2"], ["3"], ["4"]]
    assert all(len(page) == size for page in rows[:-1])
    assert all(page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"] for page in pages)


def test_a_full_page_has_a_token_though_nothing_is_left(queries, five_rows) -> None:
    full = queries.results(five_rows, MaxResults=6)
    last = queries.results(five_rows, MaxResults=6, NextToken=full["NextToken"])
    assert rows_of(last) == []
    assert "NextToken" not in last
    assert "NextToken" not in queries.results(five_rows, MaxResults=7)


def test_a_page_has_a_thousand_rows_if_nothing_is_said(queries) -> None:
    execution = queries.run(says([1], columns={"n": "integer"}, times=1500))
    first = queries.results(execution["QueryExecutionId"])
    assert len(rows_of(first)) == 1000
    second = queries.results(execution["QueryExecutionId"], NextToken=first["NextToken"])
    assert len(rows_of(second)) == 501
    assert "NextToken" not in second


def test_pages_are_refused_in_athenas_order(queries, five_rows) -> None:
    assert error(queries.results, five_rows, MaxResults=1001) == (
        "INVALID_INPUT",
        "MaxResults is more than maximum allowed length 1000",
    )
    assert error(queries.results, "nix", MaxResults=1001)[0] == "QUERY_EXECUTION_NOT_FOUND"
    for token in ("bad", "7", "-1"):
        malformed = "INVALID_INPUT", f"Malformed nextPageToken {token}"
        assert error(queries.results, five_rows, NextToken=token) == malformed
    failed = queries.run(says(error=["X", "x"]))["QueryExecutionId"]
    assert error(queries.results, failed, NextToken="bad")[0] == "INVALID_QUERY_EXECUTION_STATE"


def test_a_large_result_is_paged_from_disk(endpoint, queries) -> None:
    """81,273 rows of four columns: more than a result may hold in memory."""
    row = [1, "a text of some length", 0.5, "2026-01-01 00:00:00.000"]
    columns = {"a": "integer", "b": "varchar", "c": "double", "d": "timestamp(3)"}
    execution = queries.run(says(row, columns=columns, times=81_273))
    pages = queries.athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=execution["QueryExecutionId"]
    )
    rows = [row for page in pages for row in rows_of(page)]
    assert len(rows) == 81_274
    assert rows[0] == list(columns)
    assert all(row == ["1", row[1], "0.5", row[3]] for row in rows[1:])
    head = endpoint.client("s3").head_object(
        Bucket=RESULTS, Key=f"athena/{execution['QueryExecutionId']}.csv"
    )
    assert head["ContentLength"] > 81_273 * len("".join(map(str, row)))
