"""The operations on query executions: JSON in, JSON out."""

from collections.abc import Callable
from typing import Any

from ..language.errors import NotEmulated
from . import reuse
from .errors import ApiError, constraint
from .executions import CANCELLED, SUCCEEDED, Execution
from .pages import page, position
from .prepared import PreparedStatements
from .query_execution import describe
from .registry import Registry
from .runner import Runner
from .start import statement_of
from .work_groups import WorkGroups

MAX_ROWS = 1000
# Most statements end within it here: whoever polls learns that at once, not after its next pause.
PATIENCE_SECONDS = 0.2


class Operations:
    """The query executions of one endpoint."""

    def __init__(
        self,
        engine: Any,
        runner: Runner,
        registry: Registry,
        groups: WorkGroups,
        prepared: PreparedStatements,
    ) -> None:
        self._engine = engine
        self._runner = runner
        self._registry = registry
        self._groups = groups
        self._prepared = prepared

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any] | bytes]]:
        """Answer the operations by their names."""
        return {
            "StartQueryExecution": self.start_query_execution,
            "GetQueryExecution": self.get_query_execution,
            "BatchGetQueryExecution": self.batch_get_query_execution,
            "ListQueryExecutions": self.list_query_executions,
            "StopQueryExecution": self.stop_query_execution,
            "GetQueryResults": self.get_query_results,
        }

    def ids_of(self, work_group: str) -> list[str]:
        """Answer the ids of a work group's executions, the newest first."""
        return self._registry.ids_of(work_group)

    def forget(self, work_group: str) -> None:
        """Forget a work group's executions, and stop those that have not ended."""
        for execution in self._registry.forget(work_group):
            self._runner.stop(execution)

    def close(self) -> None:
        """Cancel what is queued or running, and wait for its end."""
        for execution in self._registry.newest_first():
            self._runner.stop(execution)
        self._runner.close()

    def start_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        """Check and translate a statement, and queue it."""
        statement = statement_of(request, self._engine, self._groups, self._prepared)
        session = self._engine.session(statement.work_group.scan_limit)
        execution = Execution(statement, session, request["ClientRequestToken"])
        known = self._registry.add(execution)
        if known is execution:
            executions = self._registry.newest_first()
            previous = reuse.find(statement, executions, self._runner.is_there)
            if previous:
                execution.take_result_of(previous)
            else:
                self._runner.submit(execution)
        return {"QueryExecutionId": known.id}

    def get_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe an execution, as soon as it has ended or after a moment."""
        execution = self._registry.get(request["QueryExecutionId"])
        execution.wait(PATIENCE_SECONDS)
        return {"QueryExecution": describe(execution)}

    def batch_get_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe several executions."""
        found, missing = [], []
        for execution_id in request["QueryExecutionIds"]:
            try:
                found.append(describe(self._registry.get(execution_id)))
            except ApiError as error:
                missing.append(
                    {
                        "QueryExecutionId": execution_id,
                        "ErrorCode": error.body["ErrorCode"],
                        "ErrorMessage": str(error),
                    }
                )
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def list_query_executions(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the ids of a work group's executions, the newest first."""
        ids = self.ids_of(self._groups.find(request.get("WorkGroup")).name)
        return page("QueryExecutionIds", ids, request)

    def stop_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        """Cancel an execution; a finished one stays what it is."""
        self._runner.stop(self._registry.get(request["QueryExecutionId"]))
        return {}

    def get_query_results(self, request: dict[str, Any]) -> bytes:
        """Answer a page of the result of a succeeded execution."""
        token, length = request.get("NextToken"), request.get("MaxResults", MAX_ROWS)
        if token == "":
            raise constraint("nextToken", "length greater than or equal to 1")
        if length < 1:
            raise constraint("maxResults", "value greater than or equal to 1")
        if request.get("QueryResultType", "DATA_ROWS") != "DATA_ROWS":
            raise ApiError(NotEmulated(f"QueryResultType {request['QueryResultType']}").message)
        execution = self._registry.get(request["QueryExecutionId"])
        if length > MAX_ROWS:
            raise ApiError(f"MaxResults is more than maximum allowed length {MAX_ROWS}")
        result = _result_of(execution)
        return result.page(position(token, len(result.rows)), length)


def _result_of(execution: Execution):
    if not execution.is_finished:
        message = f"Query has not yet finished. Current state: {execution.state}"
        raise ApiError(message, "INVALID_QUERY_EXECUTION_STATE")
    result = execution.result
    if execution.state == CANCELLED or (execution.state == SUCCEEDED and result is None):
        raise ApiError("Could not find results", "RESULT_NOT_FOUND")
    if result is None:
        message = f"Query did not finish successfully. Final query state: {execution.state}"
        raise ApiError(message, "INVALID_QUERY_EXECUTION_STATE")
    return result
