"""Partition transforms of Iceberg: Athena's `bucket(16, id)` is Trino's `bucket(id, 16)`."""

from ..language.names import column_name
from ..language.parser import Parser

_OF_TIME = ("YEAR", "MONTH", "DAY", "HOUR")
_WITH_NUMBER = ("BUCKET", "TRUNCATE")


def partition_transform(parser: Parser) -> str:
    """Read a column or a transform of one; return it in Trino's spelling."""
    if parser.peek(1).text != "(":
        return column_name(parser).lower()
    name = parser.expect_one_of(*_OF_TIME, *_WITH_NUMBER)
    parser.expect("(")
    number = ""
    if name in _WITH_NUMBER:
        number = f", {parser.integer()}"
        parser.expect(",")
    column = column_name(parser).lower()
    parser.expect(")")
    return f"{name.lower()}({column}{number})"
