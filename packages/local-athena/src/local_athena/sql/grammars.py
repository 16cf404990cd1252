"""Which grammar reads a statement: Hive's, where a backslash keeps a quote, or Trino's."""

from ..language.parser import Parser
from .ctas import is_ctas

_HIVE = ("ALTER", "DESC", "DESCRIBE", "MSCK", "SHOW", "VACUUM")


def is_hive(text: str) -> bool:
    """Return whether the first statement of a text is in Hive's; its first words tell."""
    parser = Parser(text, hive=True)
    while parser.accept(";"):
        pass
    if parser.accept("CREATE"):
        if parser.accept("TABLE"):
            return not is_ctas(parser)
        return parser.peek().word in ("DATABASE", "EXTERNAL", "SCHEMA")
    if parser.accept("DROP"):
        return not parser.at("VIEW")
    return parser.peek().word in _HIVE
