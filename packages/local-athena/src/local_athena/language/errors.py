"""The two ways in which Athena says no: before a statement runs, and while it runs."""

from .error_types import ErrorType

NOT_SUPPORTED = "Queries of this type are not supported"


class InvalidRequest(Exception):
    """Athena refuses the statement: HTTP 400 InvalidRequestException, no execution."""

    def __init__(self, message: str, code: str = "MALFORMED_QUERY") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NotEmulated(InvalidRequest):
    """Athena runs the statement, the local one cannot; nothing passes silently."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: Athena runs this, the local Athena does not emulate it")


class AthenaFailure(Exception):
    """The execution ends as FAILED.

    Athena gives some failures of its Hive parser two texts: `message` is the reason of the state
    change, `error_message` the one in AthenaError.
    """

    def __init__(
        self, message: str, error_type: ErrorType, error_message: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.error_message = error_message or message
