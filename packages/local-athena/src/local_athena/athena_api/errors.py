"""How Athena refuses a request, and how it says why a query failed."""

from typing import Any

from ..language.error_types import ErrorType
from ..trino_client import TrinoError

SYSTEM, USER = 1, 2

# By Trino's error name.
_OF_TRINO = {
    "DIVISION_BY_ZERO": ErrorType.DIVISION_BY_ZERO,
    "TYPE_MISMATCH": ErrorType.TYPE_MISMATCH,
    "SYNTAX_ERROR": ErrorType.INVALID_STATEMENT,
    "COLUMN_NOT_FOUND": ErrorType.INVALID_STATEMENT,
    "CATALOG_NOT_FOUND": ErrorType.INVALID_STATEMENT,
    "INVALID_CAST_ARGUMENT": ErrorType.INVALID_ARGUMENT,
    "NUMERIC_VALUE_OUT_OF_RANGE": ErrorType.INVALID_ARGUMENT,
    "INVALID_PARAMETER_USAGE": ErrorType.INVALID_ARGUMENT,
    "INVALID_FUNCTION_ARGUMENT": ErrorType.INVALID_FUNCTION_ARGUMENT,
    "TABLE_ALREADY_EXISTS": ErrorType.ALREADY_EXISTS,
    "NOT_SUPPORTED": ErrorType.NOT_SUPPORTED,
    "TABLE_NOT_FOUND": ErrorType.NOT_FOUND,
    "SCHEMA_NOT_FOUND": ErrorType.NOT_FOUND,
    "FUNCTION_NOT_FOUND": ErrorType.FUNCTION_NOT_FOUND,
}


class ApiError(Exception):
    """A request is refused with HTTP 400."""

    def __init__(
        self,
        message: str,
        athena_code: str | None = "INVALID_INPUT",
        type_: str = "InvalidRequestException",
    ) -> None:
        super().__init__(message)
        self.body = {"__type": type_, "Message": message}
        if athena_code:
            self.body |= {"AthenaErrorCode": athena_code, "ErrorCode": athena_code}


def constraint(member: str, rule: str) -> ApiError:
    """Make the error of a member that breaks a rule of the API's model."""
    return ApiError(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have {rule}"
    )


def not_found(message: str, resource: str) -> ApiError:
    """Make the error of a resource, given by its name, that is not there."""
    error = ApiError(message, None, "ResourceNotFoundException")
    error.body["ResourceName"] = resource
    return error


class Failure(Exception):
    """A query execution failed: `reason` is why its state changed, as a rule the message too."""

    def __init__(
        self,
        reason: str,
        error_type: ErrorType = ErrorType.USER,
        category: int = USER,
        message: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message or reason
        self.error_type = error_type
        self.category = category

    def athena_error(self) -> dict[str, Any]:
        """Answer what GetQueryExecution calls AthenaError."""
        return {
            "ErrorCategory": self.category,
            "ErrorType": self.error_type,
            "Retryable": False,
            "ErrorMessage": self.message,
        }


def failure_of(error: TrinoError) -> Failure:
    """Say an error of Trino as Athena does."""
    if error.name.startswith("ICEBERG_"):
        return Failure(str(error), ErrorType.ICEBERG)
    if error.kind == "USER_ERROR":
        return Failure(str(error), _OF_TRINO.get(error.name, ErrorType.USER))
    return Failure(str(error), _OF_TRINO.get(error.name, ErrorType.ENGINE), SYSTEM)


def with_advice(failure: Failure, substatement: str, location: str | None) -> Failure:
    """Add what Athena says of the data that a failed statement may have left."""
    if location is None:
        return failure
    if substatement == "CREATE_TABLE_AS_SELECT":
        advice = (
            f"You may need to manually clean the data at location '{location}' before retrying. "
            "Athena will not delete data in your account."
        )
    elif substatement in ("INSERT", "UNLOAD"):
        advice = (
            f"If a data manifest file was generated at '{location}-manifest.csv', you may need to "
            "manually clean the data from locations specified in the manifest. Athena will not "
            "delete data in your account."
        )
    else:
        return failure
    reason = f"{failure.reason.removesuffix('.')}. {advice}"
    return Failure(reason, failure.error_type, failure.category)
