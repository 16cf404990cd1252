"""The life of a query execution, and what of it GetQueryExecution tells."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from local_athena.athena_api import operations

from ..endpoint_process import A_ROW, StandInSession, error, eventually, says


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


def be_patient(seconds: float) -> None:
    operations.PATIENCE_SECONDS = seconds


def test_who_asks_hears_of_the_end_as_soon_as_it_comes(endpoint, queries, gate) -> None:
    endpoint.run(be_patient, 300)
    try:
        execution_id = queries.start(says(gate=str(gate)))
        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(queries.get, execution_id)
            gate.touch()
            assert asked.result()["Status"]["State"] == "SUCCEEDED"
    finally:
        endpoint.run(be_patient, operations.PATIENCE_SECONDS)


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
