"""Result reuse: when a query is answered with a result that is there."""

from __future__ import annotations

import uuid

import pytest

from ..endpoint_process import LOCATION, RESULTS, error, says


@pytest.fixture
def query() -> str:
    """A query that has never run."""
    return says([uuid.uuid4().hex], columns={"id": "varchar"}, statistics={"scanned_bytes": 7})


def by_age(minutes: int = 60) -> dict:
    return {
        "ResultReuseConfiguration": {
            "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": minutes}
        }
    }


def is_reused(execution: dict) -> bool:
    return execution["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_the_result_of_the_same_query_is_reused(queries, query) -> None:
    first = queries.run(query)
    again = queries.run(query, **by_age(5))
    assert is_reused(again)
    assert not is_reused(first)
    assert again["Statistics"]["DataScannedInBytes"] == 0
    assert again["ResultReuseConfiguration"] == by_age(5)["ResultReuseConfiguration"]
    assert again["ResultConfiguration"] == first["ResultConfiguration"]
    ids = [execution["QueryExecutionId"] for execution in (first, again)]
    assert queries.results(ids[0])["ResultSet"] == queries.results(ids[1])["ResultSet"]
    assert not is_reused(queries.run(query))


@pytest.mark.parametrize(
    "other",
    [
        {"QueryExecutionContext": {"Database": "other"}},
        {"ExecutionParameters": ["1"]},
        {"ResultConfiguration": {"OutputLocation": LOCATION + "else/"}},
        {"WorkGroup": "reuses-not"},
        by_age(0),
    ],
)
def test_another_request_is_run(queries, athena, query, other) -> None:
    if "WorkGroup" in other:
        settings = {"EnforceWorkGroupConfiguration": False}
        athena.create_work_group(Name="reuses-not", Configuration=settings)
    queries.run(query)
    assert not is_reused(queries.run(query, **{**by_age(), **other}))


def test_a_prepared_statement_with_another_text_is_run(queries, athena, query) -> None:
    name = {"StatementName": "changing", "WorkGroup": "primary"}
    athena.create_prepared_statement(**name, QueryStatement=query)
    queries.run("EXECUTE changing")
    assert is_reused(queries.run("EXECUTE changing", **by_age()))
    athena.update_prepared_statement(**name, QueryStatement=says([1], columns={"a": "integer"}))
    assert not is_reused(queries.run("EXECUTE changing", **by_age()))


def test_a_result_whose_file_is_gone_is_not_reused(queries, endpoint, query) -> None:
    location = queries.run(query)["ResultConfiguration"]["OutputLocation"]
    key = location.removeprefix(f"s3://{RESULTS}/")
    endpoint.client("s3").delete_object(Bucket=RESULTS, Key=key)
    assert not is_reused(queries.run(query, **by_age()))


def test_only_rows_are_reused(queries) -> None:
    insert = says(kind=("DML", "INSERT"), count=1)
    queries.run(insert)
    assert not is_reused(queries.run(insert, **by_age()))


def test_an_age_is_at_most_a_week(queries, query) -> None:
    code, message = error(queries.start, query, **by_age(10_081))
    assert code == "INVALID_INPUT"
    assert "between 0 and 10080" in message
