"""Partition transforms of Iceberg: Athena's `bucket(16, id)` is Trino's `bucket(id, 16)`."""

from ..language.names import column_name
from ..language.parser import Parser

_OF_TIME = ("YEAR", "MONTH", "DAY", "HOUR")
_WITH_NUMBER = ("BUCKET", "TRUNCATE")


def partition_transform(parser: Parser) -> str:
    """Read a column or a transform of one; return it in Trino's spelling."""
    if parser.peek(1).text != "(":
        return _column(parser)
    name = parser.expect_one_of(*_OF_TIME, *_WITH_NUMBER)
    parser.expect("(")
    number = ""
    if name in _WITH_NUMBER:
        number = f", {parser.integer()}"
        parser.expect(",")
    column = _column(parser)
    parser.expect(")")
    return f"{name.lower()}({column}{number})"


def _column(parser: Parser) -> str:
    """Read a column, which may be a reserved word: `PARTITIONED BY (partition)` runs on AWS.

    awswrangler's tests, which its authors run there, have it; they quote the same column elsewhere.
    """
    return (parser.take().value if parser.peek().word else column_name(parser)).lower()
