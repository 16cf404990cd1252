"""What GetQueryExecution says about an execution."""

import time
from typing import Any

from .executions import Execution, Statement


def describe(execution: Execution) -> dict[str, Any]:
    """Describe an execution."""
    statement = execution.statement
    description = {
        "QueryExecutionId": execution.id,
        "Query": statement.query,
        "StatementType": statement.translation.statement_type,
        "SubstatementType": statement.translation.substatement_type,
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": _reuse(statement)},
        "QueryExecutionContext": _context(statement.context),
        "Status": _status(execution),
        "Statistics": _statistics(execution),
        "WorkGroup": statement.work_group.name,
        "EngineVersion": statement.work_group.configuration["EngineVersion"],
    }
    if execution.location is None:
        description["ManagedQueryResultsConfiguration"] = {"Enabled": True}
        description["ResultConfiguration"] = {}
    else:
        configuration = {**statement.result_configuration, "OutputLocation": execution.location}
        description["ResultConfiguration"] = configuration
    if statement.parameters is not None:
        description["ExecutionParameters"] = statement.parameters
    return description


def _reuse(statement: Statement) -> dict[str, Any]:
    minutes = statement.reuse_minutes
    return {"Enabled": False} if minutes is None else {"Enabled": True, "MaxAgeInMinutes": minutes}


def _context(context: dict[str, str]) -> dict[str, str]:
    # Athena answers the catalog in lower case and the database as it was sent.
    return {k: v.lower() if k == "Catalog" else v for k, v in context.items()}


def _status(execution: Execution) -> dict[str, Any]:
    status = {"State": execution.state, "SubmissionDateTime": execution.submitted}
    if execution.completed:
        status["CompletionDateTime"] = execution.completed
    if execution.reason:
        status["StateChangeReason"] = execution.reason
    if execution.failure:
        status["AthenaError"] = execution.failure.athena_error()
    return status


def _statistics(execution: Execution) -> dict[str, Any]:
    end = execution.completed or time.time()
    started = execution.started or end
    total = _milliseconds(execution.submitted, end)
    counted = execution.session.statistics
    queued = _milliseconds(execution.submitted, started) + counted.queued_ms
    engine = counted.elapsed_ms - counted.queued_ms
    manifest = {"DataManifestLocation": execution.manifest} if execution.manifest else {}
    return {
        **manifest,
        # Planning is a part of it.
        "EngineExecutionTimeInMillis": engine,
        "DataScannedInBytes": counted.scanned_bytes,
        "TotalExecutionTimeInMillis": total,
        "QueryQueueTimeInMillis": queued,
        "ServicePreProcessingTimeInMillis": 0,
        "QueryPlanningTimeInMillis": counted.planning_ms,
        # What remains: Glue, S3, the result's file. Two clocks may differ by a millisecond.
        "ServiceProcessingTimeInMillis": max(total - queued - engine, 0),
        "ResultReuseInformation": {"ReusedPreviousResult": bool(execution.reused)},
    }


def _milliseconds(start: float, end: float) -> int:
    return round((end - start) * 1000)
