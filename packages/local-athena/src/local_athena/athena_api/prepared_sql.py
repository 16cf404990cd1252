"""PREPARE, EXECUTE and DEALLOCATE PREPARE in StartQueryExecution."""

from collections.abc import Callable
from typing import Any

from ..executor import Outcome
from ..language.errors import InvalidRequest
from ..sql.prepared import Deallocate, Execute, Prepare, read
from ..sql.steps import Translation
from .errors import ApiError, Failure
from .parameters import Expression, substitute
from .prepared import PreparedStatements


def read_statement(query: str, values: list[str]) -> Prepare | Execute | Deallocate | None:
    """Read a statement about prepared statements; None if it is another one. Raises ApiError.

    Question marks in USING stand for the values of the request.
    """
    try:
        statement = read(query)
        is_using = isinstance(statement, Execute) and statement.values
        return read(substitute(query, values)) if is_using else statement
    except InvalidRequest as refusal:
        raise ApiError(refusal.message, refusal.code) from None


def expand(
    statement: Execute, values: list[str], work_group: str, prepared: PreparedStatements
) -> tuple[str, list[str]]:
    """Answer the prepared query and its values: those of USING, else those of the request.

    Those of USING are expressions, whatever they look like.
    """
    try:
        query = prepared.find(statement.name, work_group)["QueryStatement"]
    except ApiError as error:  # StartQueryExecution has no ResourceNotFoundException
        raise ApiError(str(error)) from None
    return query, [Expression(value) for value in statement.values] or values


def plan(
    statement: Prepare | Deallocate,
    work_group: str,
    database: str | None,
    prepared: PreparedStatements,
) -> tuple[Translation, Callable[[], Outcome]]:
    """Answer how PREPARE or DEALLOCATE is classified, and what it does when its turn comes."""
    request: dict[str, Any] = {"StatementName": statement.name, "WorkGroup": work_group}
    if isinstance(statement, Prepare):
        prepared.check(statement.query, database)
        kind, change = "PREPARE", prepared.keep
        request["QueryStatement"] = statement.query
    else:
        kind, change = "DEALLOCATE", prepared.delete

    def act() -> Outcome:
        try:
            change(request)
        except ApiError as error:
            raise Failure(str(error)) from error
        return Outcome()

    return Translation("UTILITY", kind, ()), act
