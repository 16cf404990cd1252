"""A Hive table's columns and partition keys have names of their own.

Hive's own refusals (ErrorMsg 10035, 10036); Glue keeps any list of columns.
"""

from collections.abc import Iterable

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure


def check(columns: Iterable[str], partition_keys: Iterable[str]) -> None:
    """Refuse a name that comes twice."""
    seen: set[str] = set()
    for name in columns:
        if name in seen:
            raise _failure(f"[Error 10036]: Duplicate column name: {name}")
        seen.add(name)
    for name in partition_keys:
        if name in seen:
            raise _failure("[Error 10035]: Column repeated in partitioning columns")
        seen.add(name)


def _failure(message: str) -> AthenaFailure:
    return AthenaFailure(f"FAILED: SemanticException {message}", ErrorType.INVALID_STATEMENT)
