"""StartQueryExecution: what it takes and what it refuses."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from ..endpoint_process import A_ROW, LOCATION, Queries, error, says


def test_an_execution_tells_all_that_athena_tells(queries) -> None:
    counted = {"scanned_bytes": 123, "queued_ms": 1, "planning_ms": 2, "elapsed_ms": 5}
    sql = says([1], columns={"a": "integer"}, statistics=counted)
    context = {"Catalog": "AwsDataCatalog", "Database": "Dev"}
    execution = queries.run(sql, QueryExecutionContext=context)
    status, statistics = execution.pop("Status"), execution.pop("Statistics")
    execution_id = execution["QueryExecutionId"]
    assert uuid.UUID(execution_id).version == 4
    assert execution == {
        "QueryExecutionId": execution_id,
        "Query": sql,
        "StatementType": "DML",
        "SubstatementType": "SELECT",
        "ResultConfiguration": {"OutputLocation": f"{LOCATION}{execution_id}.csv"},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": {"Catalog": "awsdatacatalog", "Database": "Dev"},
        "WorkGroup": "primary",
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    assert status.keys() == {"State", "SubmissionDateTime", "CompletionDateTime"}
    assert status["State"] == "SUCCEEDED"
    assert status["SubmissionDateTime"] <= status["CompletionDateTime"]
    assert statistics["DataScannedInBytes"] == 123
    assert statistics["QueryPlanningTimeInMillis"] == 2
    assert statistics["EngineExecutionTimeInMillis"] == 4  # of 5, one in the queue
    assert statistics["QueryQueueTimeInMillis"] >= 1
    assert statistics["TotalExecutionTimeInMillis"] <= (
        statistics["QueryQueueTimeInMillis"]
        + statistics["EngineExecutionTimeInMillis"]
        + statistics["ServiceProcessingTimeInMillis"]
    )
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}


def test_a_context_that_was_not_given_is_not_answered(queries) -> None:
    assert queries.run(A_ROW)["QueryExecutionContext"] == {}


def test_a_refused_statement_starts_nothing(athena, queries) -> None:
    before = athena.list_query_executions()["QueryExecutionIds"]
    refused = error(queries.start, says(refusal="line 1:1: mismatched input"))
    assert refused == ("MALFORMED_QUERY", "line 1:1: mismatched input")
    assert athena.list_query_executions()["QueryExecutionIds"] == before


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        (None, "No output location provided."),
        ("https://results/x/", "outputLocation is not a valid S3 path."),
        ("s3://", "outputLocation is not a valid S3 path."),
        ("s3://missing-bucket/x/", "Unable to verify/create output bucket missing-bucket"),
    ],
)
def test_a_place_for_the_results_is_needed(queries, location, problem) -> None:
    configuration = {"OutputLocation": location} if location else {}
    code, message = error(queries.start, A_ROW, ResultConfiguration=configuration)
    assert code == "INVALID_INPUT"
    assert message.startswith(problem)


def test_an_unknown_work_group_is_refused(athena, queries) -> None:
    refused = "INVALID_INPUT", "WorkGroup is not found."
    assert error(queries.start, A_ROW, WorkGroup="missing") == refused
    assert error(athena.get_work_group, WorkGroup="missing") == refused


def test_an_unknown_catalog_fails_the_query(queries) -> None:
    status = queries.run(A_ROW, QueryExecutionContext={"Catalog": "other"})["Status"]
    assert status["StateChangeReason"] == "CATALOG_NOT_FOUND: Catalog 'other' does not exist"
    assert status["AthenaError"]["ErrorType"] == 1006


def test_the_number_of_parameters_must_be_right(queries) -> None:
    for values in ({"ExecutionParameters": ["1", "2"]}, {}):
        status = queries.run(A_ROW + "\n?", **values)["Status"]
        found = len(values.get("ExecutionParameters", []))
        assert status["StateChangeReason"] == (
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: "
            f"expected 1 but found {found}"
        )
    execution = queries.run(A_ROW, ExecutionParameters=["1"])  # Athena does not mind
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert execution["ExecutionParameters"] == ["1"]


def test_a_request_sent_again_starts_nothing(queries) -> None:
    token = uuid.uuid4().hex
    first = queries.start(A_ROW, ClientRequestToken=token)
    assert queries.start(A_ROW, ClientRequestToken=token) == first
    queries.wait(first)
    assert queries.start(A_ROW, ClientRequestToken=token) == first
    assert queries.start(A_ROW) != first


def test_requests_sent_at_the_same_time_start_one_execution(endpoint) -> None:
    queries = Queries(endpoint.client("athena", max_pool_connections=20))
    token = uuid.uuid4().hex
    with ThreadPoolExecutor(20) as pool:
        ids = pool.map(lambda _: queries.start(A_ROW, ClientRequestToken=token), range(20))
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"ResultConfiguration": {"OutputLocation": LOCATION + "else/"}},
        {"QueryExecutionContext": {"Database": "other"}},
        {"QueryExecutionContext": {"Catalog": "AWSDATACATALOG"}},
    ],
)
def test_a_token_belongs_to_one_request(queries, other) -> None:
    token = uuid.uuid4().hex
    queries.start(A_ROW, ClientRequestToken=token)
    mismatch = "IDEMPOTENT_PARAMETER_MISMATCH", "Idempotent parameters do not match"
    assert error(queries.start, A_ROW, ClientRequestToken=token, **other) == mismatch
    assert error(queries.start, says(), ClientRequestToken=token) == mismatch


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"{", {"__type": "SerializationException"}),
        (b"[]", {"__type": "SerializationException"}),
        (
            b"{}",
            {
                "__type": "InvalidRequestException",
                "AthenaErrorCode": "INVALID_INPUT",
                "ErrorCode": "INVALID_INPUT",
                "Message": "1 validation error detected: Value null at 'queryExecutionId' failed "
                "to satisfy constraint: Member must not be null",
            },
        ),
    ],
)
def test_a_malformed_request_is_refused(endpoint, body, answer) -> None:
    target = {"X-Amz-Target": "AmazonAthena.GetQueryExecution"}
    response = requests.post(endpoint.url, data=body, headers=target)
    assert response.status_code == 400
    assert answer.items() <= response.json().items()
