"""The Athena API by plain boto3, over an engine that does as its statements say."""

from __future__ import annotations

import gc
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
import requests
from botocore.exceptions import ClientError
from endpoint_process import (
    RESULTS,
    EndpointProcess,
    Queries,
    StandInSession,
    eventually,
    rows_of,
    says,
)
from local_athena.athena_api import registry

LOCATION = f"s3://{RESULTS}/athena/"
A_ROW = says([1, "x"], [2, None], columns={"id": "integer", "name": "varchar"})


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("endpoint")
    with EndpointProcess(folder, concurrent_queries=2) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def athena(endpoint):
    return endpoint.client("athena")


@pytest.fixture(scope="module")
def queries(athena):
    return Queries(athena, LOCATION)


@pytest.fixture
def gate(tmp_path):
    """A statement waits until this file exists."""
    gate = tmp_path / "gate"
    yield gate
    gate.touch()


@pytest.fixture
def bucket(endpoint):
    """A function: key -> the object in the bucket of the results, or None."""
    s3 = endpoint.client("s3")

    def read(execution: dict) -> str | None:
        location = execution["ResultConfiguration"]["OutputLocation"]
        key = location.removeprefix(f"s3://{RESULTS}/")
        try:
            return s3.get_object(Bucket=RESULTS, Key=key)["Body"].read().decode()
        except s3.exceptions.NoSuchKey:
            return None

    return read


def error(call, *arguments, **parameters) -> tuple[str, str]:
    """The code and the message of a refused call; Athena adds a code of its own."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **parameters)
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == "InvalidRequestException"
    assert response["AthenaErrorCode"]
    return response["AthenaErrorCode"], response["Error"]["Message"]


# StartQueryExecution and GetQueryExecution


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


# the token of a request


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


def test_a_token_is_needed_and_has_a_length(endpoint, queries) -> None:
    target = {"X-Amz-Target": "AmazonAthena.StartQueryExecution"}
    answer = requests.post(endpoint.url, data=json.dumps({"QueryString": "x"}), headers=target)
    assert answer.json()["Message"] == "clientRequestToken is null or empty"
    too_long = error(queries.start, A_ROW, ClientRequestToken="x" * 129)
    assert too_long[1].endswith("Member must have length less than or equal to 128")
    short = json.dumps({"QueryString": "x", "ClientRequestToken": "x" * 31})
    answer = requests.post(endpoint.url, data=short, headers=target)
    assert answer.json()["Message"].endswith("Member must have length greater than or equal to 32")


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


# states


def test_a_bounded_number_of_queries_runs(queries, gate) -> None:
    waiting = says(gate=str(gate))
    running = [queries.start(waiting) for _ in range(2)]
    for execution_id in running:
        queries.wait(execution_id, "RUNNING")
    queued = queries.start(says())
    assert queries.get(queued)["Status"]["State"] == "QUEUED"
    not_yet = "INVALID_QUERY_EXECUTION_STATE", "Query has not yet finished. Current state: QUEUED"
    assert error(queries.results, queued) == not_yet
    gate.touch()
    for execution_id in (*running, queued):
        assert queries.wait(execution_id)["Status"]["State"] == "SUCCEEDED"


def test_a_running_query_is_cancelled(athena, queries, gate) -> None:
    execution_id = queries.start(says(gate=str(gate)))
    queries.wait(execution_id, "RUNNING")
    not_yet = "INVALID_QUERY_EXECUTION_STATE", "Query has not yet finished. Current state: RUNNING"
    assert error(queries.results, execution_id) == not_yet
    athena.stop_query_execution(QueryExecutionId=execution_id)
    status = queries.get(execution_id)["Status"]  # at once
    assert status["State"] == "CANCELLED"
    assert status["StateChangeReason"] == "Query cancelled by user"
    assert "CompletionDateTime" in status
    assert "AthenaError" not in status
    assert error(queries.results, execution_id) == ("RESULT_NOT_FOUND", "Could not find results")
    # It really ended: there is room for two others, though the gate is closed.
    others = [queries.start(says(gate=str(gate))) for _ in range(2)]
    for other in others:
        queries.wait(other, "RUNNING")


def test_a_queued_query_is_cancelled(athena, queries, gate) -> None:
    running = [queries.start(says(gate=str(gate))) for _ in range(2)]
    queued = queries.start(A_ROW)
    athena.stop_query_execution(QueryExecutionId=queued)
    gate.touch()
    for execution_id in running:
        queries.wait(execution_id)
    assert queries.run(A_ROW)["Status"]["State"] == "SUCCEEDED"  # its turn was after the queued one
    assert queries.get(queued)["Status"]["State"] == "CANCELLED"


def test_a_finished_query_stays_what_it_is(athena, queries) -> None:
    for sql, state in ((A_ROW, "SUCCEEDED"), (says(error=["X", "x"]), "FAILED")):
        before = queries.run(sql)
        athena.stop_query_execution(QueryExecutionId=before["QueryExecutionId"])
        assert before["Status"]["State"] == state
        assert queries.get(before["QueryExecutionId"]) == before


def scanned(execution: dict) -> int:
    return execution["Statistics"]["DataScannedInBytes"]


def test_a_query_tells_what_it_has_read_while_it_runs_and_however_it_ends(
    athena, queries, gate
) -> None:
    reads = {"statistics": {"scanned_bytes": 123}}
    execution_id = queries.start(says(gate=str(gate), **reads))
    eventually(lambda: scanned(queries.wait(execution_id, "RUNNING")) == 123)
    athena.stop_query_execution(QueryExecutionId=execution_id)
    assert scanned(queries.get(execution_id)) == 123
    assert scanned(queries.run(says(error=["X", "x"], **reads))) == 123
    assert scanned(queries.run(says(crash="x", **reads))) == 123


def open_sessions() -> int:
    gc.collect()
    return sum(type(it) is StandInSession and it.is_open for it in gc.get_objects())


def test_a_finished_query_holds_no_connection(athena, endpoint, queries, gate) -> None:
    for sql in (A_ROW, says(error=["X", "x"]), says(crash="x")):
        queries.run(sql)
    waiting = queries.start(says(gate=str(gate)))
    queries.wait(waiting, "RUNNING")
    eventually(lambda: endpoint.run(open_sessions) == 1)
    gate.touch()
    eventually(lambda: endpoint.run(open_sessions) == 0)


def test_an_unknown_execution_is_not_found(athena) -> None:
    missing = "QUERY_EXECUTION_NOT_FOUND", "QueryExecution nix was not found"
    for operation in ("get_query_execution", "get_query_results", "stop_query_execution"):
        assert error(getattr(athena, operation), QueryExecutionId="nix") == missing


# failures


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


# results


def test_a_select_has_a_header_and_a_csv_file(queries, bucket) -> None:
    execution = queries.run(
        says(
            [1, 'a "b", c\nd', 1e-4, None],
            [None, "", 2.0, "AQI="],
            columns={"i": "integer", "s": "varchar", "d": "double", "b": "varbinary"},
        )
    )
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [
        ["i", "s", "d", "b"],
        ["1", 'a "b", c\nd', "1.0E-4", None],
        [None, "", "2.0", "01 02"],
    ]
    assert results["UpdateCount"] == 0
    columns = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [column["Type"] for column in columns] == ["integer", "varchar", "double", "varbinary"]
    assert bucket(execution) == (
        '"i","s","d","b"\n"1","a ""b"", c\nd","1.0E-4",\n,"","2.0","01 02"\n'
    )
    again = queries.results(execution["QueryExecutionId"])
    assert again["ResultSet"] == results["ResultSet"]


def test_a_select_without_rows_has_its_header(queries, bucket) -> None:
    execution = queries.run(says(columns={"a": "integer"}))
    assert rows_of(queries.results(execution["QueryExecutionId"])) == [["a"]]
    assert bucket(execution) == '"a"\n'


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (("DML", "INSERT"), "{}"),
        (("DML", "UPDATE"), "{}.csv"),
        (("DML", "DELETE"), "{}.csv"),
        (("DML", "MERGE"), "{}.csv"),
        (("DDL", "CREATE_TABLE_AS_SELECT"), "tables/{}"),
    ],
)
def test_a_write_has_a_count_no_rows_and_no_file(queries, bucket, kind, name) -> None:
    execution = queries.run(says([3], columns={"rows": "bigint"}, kind=kind, count=3))
    execution_id = execution["QueryExecutionId"]
    results = queries.results(execution_id)
    assert results["UpdateCount"] == 3
    assert rows_of(results) == []
    [column] = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert (column["Name"], column["Type"]) == ("rows", "bigint")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location == LOCATION + name.format(execution_id)
    assert bucket(execution) is None


def test_ddl_has_nothing_and_an_empty_file(queries, bucket) -> None:
    execution = queries.run(says(kind=("DDL", "CREATE_TABLE")))
    results = queries.results(execution["QueryExecutionId"])
    assert results["ResultSet"] == {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}
    assert "UpdateCount" not in results
    assert bucket(execution) == ""


def test_show_and_describe_have_one_text_a_row_and_no_header(queries, bucket) -> None:
    columns = {"col_name": "string", "data_type": "string", "comment": "string"}
    lines = [["", "", ""], ["a", "int", None], ["b", "string", "two\nlines"]]
    execution = queries.run(says(*lines, columns=columns, kind=("UTILITY", "DESCRIBE_TABLE")))
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [["\t\t"], ["a\tint\t"], ["b\tstring\ttwo"], ["lines"]]
    assert len(results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]) == 3
    assert results["UpdateCount"] == 0
    assert bucket(execution) == "\t\t\na\tint\t\nb\tstring\ttwo\nlines"
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")


def test_the_first_line_of_a_text_may_be_empty(queries, bucket) -> None:
    lines = says([""], ["a"], columns={"tab_name": "string"}, kind=("UTILITY", "SHOW_TABLES"))
    assert bucket(queries.run(lines)) == "\na"


def test_explain_has_a_header_and_a_row_a_line(queries, bucket) -> None:
    plan = says(
        ["Fragment 0\n  (1)\n\n"], columns={"Query Plan": "varchar"}, kind=("DML", "EXPLAIN")
    )
    execution = queries.run(plan)
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [["Query Plan"], ["Fragment 0"], ["  (1)"], [""], [""], [""]]
    assert "UpdateCount" not in results
    assert bucket(execution) == "Query Plan\nFragment 0\n  (1)\n\n\n"


# pages


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


# work groups


@pytest.fixture(scope="module")
def work_group(endpoint, athena):
    """A function: name, settings -> a work group whose results go to its own folder."""

    def create(name: str, **settings) -> str:
        location = {"OutputLocation": f"s3://{RESULTS}/{name}"}
        athena.create_work_group(
            Name=name, Configuration={"ResultConfiguration": location, **settings}
        )
        return name

    return create


def test_a_work_group_gives_a_place_for_results(queries, work_group) -> None:
    work_group("offers", EnforceWorkGroupConfiguration=False)
    offered = queries.run(A_ROW, WorkGroup="offers", ResultConfiguration={})
    location = offered["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://{RESULTS}/offers/{offered['QueryExecutionId']}.csv"
    assert offered["WorkGroup"] == "offers"
    chosen = queries.run(A_ROW, WorkGroup="offers")["ResultConfiguration"]
    assert chosen["OutputLocation"].startswith(LOCATION)


def test_a_work_group_may_enforce_its_place(queries, work_group, bucket) -> None:
    work_group("enforces", EnforceWorkGroupConfiguration=True)
    execution = queries.run(A_ROW, WorkGroup="enforces")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"s3://{RESULTS}/enforces/")
    assert bucket(execution)


def test_a_work_group_describes_itself(athena, work_group) -> None:
    work_group("described", EnforceWorkGroupConfiguration=True)
    group = athena.get_work_group(WorkGroup="described")["WorkGroup"]
    assert group["State"] == "ENABLED"
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    assert group["Configuration"]["EngineVersion"]["EffectiveEngineVersion"].endswith("3")
    primary = athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
    assert primary["EnforceWorkGroupConfiguration"] is False
    assert primary["ResultConfiguration"] == {}


def test_a_query_that_reads_too_much_is_cancelled(queries, work_group) -> None:
    work_group("thrifty", BytesScannedCutoffPerQuery=10_000_000)
    within = says([1], columns={"a": "integer"}, statistics={"scanned_bytes": 10_000_000})
    assert queries.run(within, WorkGroup="thrifty")["Status"]["State"] == "SUCCEEDED"
    beyond = says([1], columns={"a": "integer"}, statistics={"scanned_bytes": 10_000_001})
    execution = queries.run(beyond, WorkGroup="thrifty")
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert execution["Statistics"]["DataScannedInBytes"] == 10_000_001


# lists


def test_executions_are_listed_by_work_group_the_newest_first(athena, queries, work_group) -> None:
    work_group("listed", EnforceWorkGroupConfiguration=False)
    ids = [queries.start(A_ROW, WorkGroup="listed") for _ in range(5)]
    pages = list(
        athena.get_paginator("list_query_executions").paginate(
            WorkGroup="listed", PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["QueryExecutionIds"]) for page in pages] == [2, 2, 1]
    assert list(chain(*(page["QueryExecutionIds"] for page in pages))) == ids[::-1]
    assert not set(ids) & set(athena.list_query_executions()["QueryExecutionIds"])


def test_executions_are_described_in_batches(athena, queries) -> None:
    known = queries.run(A_ROW)
    answer = athena.batch_get_query_execution(
        QueryExecutionIds=[known["QueryExecutionId"], "missing"]
    )
    assert answer["QueryExecutions"] == [known]
    [missing] = answer["UnprocessedQueryExecutionIds"]
    assert (missing["QueryExecutionId"], missing["ErrorCode"]) == (
        "missing",
        "QUERY_EXECUTION_NOT_FOUND",
    )


def shrink(executions: int, results: int) -> None:
    registry.MAX_EXECUTIONS, registry.MAX_RESULTS = executions, results


def test_old_results_and_then_old_executions_are_forgotten(endpoint, queries) -> None:
    token = uuid.uuid4().hex
    ids = [queries.run(A_ROW, ClientRequestToken=token)["QueryExecutionId"]]
    endpoint.run(shrink, 4, 2)
    try:
        ids += [queries.run(A_ROW)["QueryExecutionId"] for _ in range(6)]
    finally:
        endpoint.run(shrink, registry.MAX_EXECUTIONS, registry.MAX_RESULTS)
    # The one that was added last is one more than those that had finished before it.
    assert error(queries.get, ids[1])[0] == "QUERY_EXECUTION_NOT_FOUND"
    assert queries.get(ids[2])["Status"]["State"] == "SUCCEEDED"
    assert error(queries.results, ids[3]) == ("RESULT_NOT_FOUND", "Could not find results")
    assert queries.results(ids[4])
    assert queries.start(A_ROW, ClientRequestToken=token) != ids[0]


# the catalog


@pytest.fixture(scope="module")
def tables(endpoint):
    glue = endpoint.client("glue")
    glue.create_database(DatabaseInput={"Name": "described", "Description": "What it is"})
    for name in ("one", "two"):
        glue.create_table(
            DatabaseName="described",
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"comment": "A table"},
                "PartitionKeys": [{"Name": "day", "Type": "date"}],
                "StorageDescriptor": {
                    "Columns": [{"Name": "a", "Type": "int", "Comment": "An a"}],
                    "Location": "s3://lake/one",
                    "InputFormat": "in",
                    "OutputFormat": "out",
                    "SerdeInfo": {"SerializationLibrary": "lib", "Parameters": {"x": "y"}},
                },
            },
        )


def test_the_catalog_is_glue(athena, tables) -> None:
    catalog = {"CatalogName": "AwsDataCatalog"}
    assert athena.get_data_catalog(Name="awsdatacatalog")["DataCatalog"]["Type"] == "GLUE"
    assert athena.list_data_catalogs()["DataCatalogsSummary"] == [{**catalog, "Type": "GLUE"}]
    database = {"Name": "described", "Description": "What it is"}
    assert athena.get_database(**catalog, DatabaseName="described")["Database"] == database
    assert database in athena.list_databases(**catalog)["DatabaseList"]
    of_database = {**catalog, "DatabaseName": "described"}
    table = athena.get_table_metadata(**of_database, TableName="one")["TableMetadata"]
    assert table.pop("CreateTime")
    assert table == {
        "Name": "one",
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": "a", "Type": "int", "Comment": "An a"}],
        "PartitionKeys": [{"Name": "day", "Type": "date"}],
        "Parameters": {
            "comment": "A table",
            "inputformat": "in",
            "outputformat": "out",
            "location": "s3://lake/one",
            "serde.serialization.lib": "lib",
            "serde.param.x": "y",
        },
    }
    listed = athena.list_table_metadata(**of_database)["TableMetadataList"]
    assert [entry["Name"] for entry in listed] == ["one", "two"]
    listed = athena.list_table_metadata(**of_database, Expression="t.*")["TableMetadataList"]
    assert [entry["Name"] for entry in listed] == ["two"]


def test_what_is_not_in_the_catalog_is_not_found(athena, tables) -> None:
    missing = {"CatalogName": "AwsDataCatalog", "DatabaseName": "described", "TableName": "nix"}
    with pytest.raises(athena.exceptions.MetadataException, match="EntityNotFoundException"):
        athena.get_table_metadata(**missing)
    assert error(athena.get_data_catalog, Name="other")[0] == "DATACATALOG_NOT_FOUND"
