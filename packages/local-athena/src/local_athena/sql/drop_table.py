"""DROP TABLE."""

from ..language.names import hive_name
from ..language.parser import Parser
from .steps import DropTable, Translation


def drop_table(parser: Parser, context: str) -> Translation:
    """Translate what follows DROP TABLE."""
    if_exists = parser.accept("IF", "EXISTS")
    table = hive_name(parser, context).table()
    parser.accept("PURGE")
    parser.expect_end()
    return Translation("DDL", "DROP_TABLE", (DropTable(table, if_exists),))
