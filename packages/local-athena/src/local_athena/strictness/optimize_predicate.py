"""OPTIMIZE … WHERE takes partition columns only.

AWS, "OPTIMIZE": "Only partition columns are allowed in the WHERE clause predicate. Specifying a
non-partition column will cause the query to fail." Trino says so only when there is something to
rewrite, with the sentence that is used here; Athena's own is not published.
"""

from collections.abc import Iterable

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.lexer import Kind, tokenize


def check(predicate: str, columns: Iterable[str], partitioned_by: Iterable[str]) -> None:
    """Refuse a predicate that names a column which no partition is made of."""
    others = set(columns) - set(partitioned_by)
    for token in tokenize(predicate):
        if token.kind in (Kind.WORD, Kind.QUOTED) and token.value.lower() in others:
            raise AthenaFailure(
                "GENERIC_INTERNAL_ERROR: Unexpected FilterNode found in plan; probably connector"
                f" was not able to handle provided WHERE expression (not a partition column:"
                f" {token.value.lower()})",
                ErrorType.NOT_SUPPORTED,
            )
