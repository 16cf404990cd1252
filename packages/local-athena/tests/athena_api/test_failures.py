"""Query executions that fail: whose fault it is, and what is left."""

from __future__ import annotations

import pytest

from ..endpoint_process import error, says


@pytest.mark.parametrize(
    ("name", "kind", "category", "type_"),
    [
        ("TABLE_NOT_FOUND", "USER_ERROR", 2, 1301),
        ("COLUMN_NOT_FOUND", "USER_ERROR", 2, 1006),
        ("DIVISION_BY_ZERO", "USER_ERROR", 2, 1001),
        ("SOMETHING_ELSE", "USER_ERROR", 2, 1000),
        ("GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR", 1, 200),
        ("HIVE_CANNOT_OPEN_SPLIT", "EXTERNAL", 1, 200),
        ("ICEBERG_COMMIT_ERROR", "EXTERNAL", 2, 233),
        ("ICEBERG_TOO_MANY_OPEN_PARTITIONS", "USER_ERROR", 2, 233),
    ],
)
def test_a_failure_says_whose_it_is(queries, name, kind, category, type_) -> None:
    status = queries.run(says(error=[name, "line 1:1: no", kind]))["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"] == f"{name}: line 1:1: no"
    assert status["AthenaError"] == {
        "ErrorCategory": category,
        "ErrorType": type_,
        "Retryable": False,
        "ErrorMessage": f"{name}: line 1:1: no",
    }


def test_a_failed_query_has_no_results(queries) -> None:
    execution = queries.run(says(error=["X", "x"]))
    assert error(queries.results, execution["QueryExecutionId"]) == (
        "INVALID_QUERY_EXECUTION_STATE",
        "Query did not finish successfully. Final query state: FAILED",
    )


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (("DDL", "CREATE_TABLE_AS_SELECT"), "manually clean the data at location '{}' before"),
        (("DML", "INSERT"), "If a data manifest file was generated at '{}-manifest.csv', you may"),
        (("DML", "UNLOAD"), "If a data manifest file was generated at '{}-manifest.csv', you may"),
    ],
)
def test_a_failed_write_tells_where_data_may_be_left(queries, kind, advice) -> None:
    execution = queries.run(says(kind=kind, error=["ICEBERG_COMMIT_ERROR", "Failed to commit"]))
    reason = execution["Status"]["StateChangeReason"]
    assert reason.startswith("ICEBERG_COMMIT_ERROR: Failed to commit. ")
    assert advice.format(execution["ResultConfiguration"]["OutputLocation"]) in reason
    assert execution["Status"]["AthenaError"]["ErrorMessage"] == reason
    assert execution["Status"]["AthenaError"]["ErrorType"] == 233


def test_a_fault_of_the_engine_fails_the_query_and_is_written_down(endpoint, queries) -> None:
    status = queries.run(says(crash="a bug"))["Status"]
    assert status["StateChangeReason"] == "INTERNAL_ERROR: KeyError('a bug')"
    assert status["AthenaError"]["ErrorCategory"] == 1
    assert "a bug" in (endpoint.folder / "aws_endpoint.log").read_text()


def test_a_result_that_cannot_be_written_fails_the_query(endpoint, queries, gate) -> None:
    s3 = endpoint.client("s3")
    s3.create_bucket(Bucket="brief")
    execution_id = queries.start(
        says(gate=str(gate)), ResultConfiguration={"OutputLocation": "s3://brief/x/"}
    )
    s3.delete_bucket(Bucket="brief")
    gate.touch()
    status = queries.wait(execution_id)["Status"]
    assert status["StateChangeReason"].startswith("Cannot write the result to s3://brief/x/")
    assert status["AthenaError"]["ErrorType"] == 401
