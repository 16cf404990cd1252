"""How Athena refuses a request, and how it says why a query failed."""

from typing import Any

from ..trino_client import TrinoError

SYSTEM, USER = 1, 2

# Trino's error name -> Athena's ErrorType, as observed on Athena. The numbers are those of its
# error catalog: 10xx the query is wrong, 11xx an argument, 12xx unsupported, 13xx not found.
_ERROR_TYPES = {
    "DIVISION_BY_ZERO": 1001,
    "TYPE_MISMATCH": 1002,
    "SYNTAX_ERROR": 1006,
    "COLUMN_NOT_FOUND": 1006,
    "CATALOG_NOT_FOUND": 1006,
    "INVALID_CAST_ARGUMENT": 1100,
    "NUMERIC_VALUE_OUT_OF_RANGE": 1100,
    "INVALID_PARAMETER_USAGE": 1100,
    "INVALID_FUNCTION_ARGUMENT": 1106,
    "TABLE_ALREADY_EXISTS": 1110,
    "NOT_SUPPORTED": 1200,
    "TABLE_NOT_FOUND": 1301,
    "SCHEMA_NOT_FOUND": 1301,
    "FUNCTION_NOT_FOUND": 1303,
}
USER_ERROR, ENGINE_ERROR, ICEBERG_ERROR, UNWRITABLE_RESULT = 1000, 200, 233, 401


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


class Failure(Exception):
    """A query execution failed: `reason` is why its state changed, as a rule the message too."""

    def __init__(
        self,
        reason: str,
        error_type: int = USER_ERROR,
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
        return Failure(str(error), ICEBERG_ERROR)
    if error.kind == "USER_ERROR":
        return Failure(str(error), _ERROR_TYPES.get(error.name, USER_ERROR))
    return Failure(str(error), _ERROR_TYPES.get(error.name, ENGINE_ERROR), SYSTEM)


def with_advice(failure: Failure, substatement: str, location: str) -> Failure:
    """Add what Athena says of the data that a failed statement may have left."""
    if substatement == "CREATE_TABLE_AS_SELECT":
        advice = (
            f"You may need to manually clean the data at location '{location}' before retrying. "
            "Athena will not delete data in your account."
        )
    elif substatement == "INSERT":
        advice = (
            f"If a data manifest file was generated at '{location}-manifest.csv', you may need to "
            "manually clean the data from locations specified in the manifest. Athena will not "
            "delete data in your account."
        )
    else:
        return failure
    reason = f"{failure.reason.removesuffix('.')}. {advice}"
    return Failure(reason, failure.error_type, failure.category)
