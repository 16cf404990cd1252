"""A statement has at most 262,144 bytes.

AWS, "Service Quotas", maximum query string length, not adjustable; Trino's limit is far higher.
The message is the one of the API's own validation.
"""

from ..language.errors import InvalidRequest

MOST_BYTES = 262_144


def check(statement: str) -> None:
    """Refuse a statement that is too long for StartQueryExecution."""
    if len(statement.encode()) > MOST_BYTES:
        raise InvalidRequest(
            "1 validation error detected: Value at 'queryString' failed to satisfy constraint:"
            f" Member must have length less than or equal to {MOST_BYTES}",
            "INVALID_INPUT",
        )
