"""Query executions in lists and batches, and those that are forgotten."""

from __future__ import annotations

import uuid
from itertools import chain

from local_athena.athena_api import registry

from ..endpoint_process import A_ROW, error


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
