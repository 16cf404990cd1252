"""The numbers of Athena's error catalog that AthenaError names as ErrorType.

As observed on Athena: 10xx the query is wrong, 11xx an argument, 12xx unsupported, 13xx not found.
"""

from enum import IntEnum


class ErrorType(IntEnum):
    """Why an execution failed."""

    ENGINE = 200
    ICEBERG = 233
    UNWRITABLE_RESULT = 401
    USER = 1000
    DIVISION_BY_ZERO = 1001
    TYPE_MISMATCH = 1002
    INVALID_STATEMENT = 1006
    INVALID_ARGUMENT = 1100
    INVALID_FUNCTION_ARGUMENT = 1106
    ALREADY_EXISTS = 1110
    NOT_SUPPORTED = 1200
    NOT_FOUND = 1301
    FUNCTION_NOT_FOUND = 1303
