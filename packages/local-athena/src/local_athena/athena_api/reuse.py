"""Result reuse: a query that ran lately is answered with the result it had.

Athena's conditions: the same text, parameters, catalog, database, work group and configuration of
results, a SELECT, a result that is no older than asked for, and a file that is still there.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from .errors import ApiError
from .executions import SUCCEEDED, Execution, Statement
from .work_groups import WorkGroup

DEFAULT_MINUTES, MAX_MINUTES = 60, 7 * 24 * 60


def minutes(configuration: dict[str, Any], group: WorkGroup) -> int | None:
    """Answer how old a result may be; None if none may be reused. Raises ApiError."""
    by_age = configuration.get("ResultReuseByAgeConfiguration") or {}
    if not by_age.get("Enabled"):
        return None
    if group.managed:
        raise ApiError("Managed query results cannot be reused")
    asked = by_age.get("MaxAgeInMinutes", DEFAULT_MINUTES)
    if not 0 <= asked <= MAX_MINUTES:
        raise ApiError(f"MaxAgeInMinutes is {asked}, and must be between 0 and {MAX_MINUTES}")
    return asked


def find(
    statement: Statement, executions: Iterable[Execution], is_there: Callable[[str], bool]
) -> Execution | None:
    """Answer the newest execution whose result is the one of a statement."""
    if statement.reuse_minutes is None or statement.substatement != "SELECT":
        return None
    oldest = time.time() - 60 * statement.reuse_minutes
    for execution in executions:
        if (
            execution.state == SUCCEEDED
            and execution.result is not None
            and not execution.reused
            and execution.completed >= oldest
            and _key(execution.statement) == _key(statement)
            and is_there(execution.location)
        ):
            return execution
    return None


def _key(statement: Statement) -> tuple:
    group, configuration = statement.work_group.name, statement.result_configuration
    texts = statement.query, statement.parameters, statement.sql
    return *texts, statement.context, group, configuration
