"""Queries and what writes rows: the part of Athena's grammar that is Trino's, handed on as it is.

A query keeps its text but for decimal literals. Rows are written by one writer, see one_writer.
"""

import re

from ..language.errors import NotEmulated
from ..language.lexer import Kind
from ..language.parser import Parser
from ..strictness import trino_only
from .decimal_literals import as_doubles
from .one_writer import ONE_WRITER
from .steps import Translation, TrinoSql

QUERY_STARTS = ("SELECT", "WITH", "VALUES", "TABLE", "(")


def query_text(parser: Parser, before: str = "") -> str:
    """Take all that is left as a query and return it as Trino must read it.

    `before` it must stand what its clauses need that are not a query's own: WITH NO DATA.
    """
    tokens = parser.tokens_left()
    trino_only.check(parser.text, tokens)
    start = parser.peek().start
    text = parser.rest()
    parser.query = f"{before}\n{_blank(parser.text[:start])}{text}"
    return as_doubles(text, tokens, start)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def select(parser: Parser) -> Translation:
    """Translate SELECT, WITH, VALUES, TABLE or a query in parentheses."""
    return Translation("DML", "SELECT", (TrinoSql(query_text(parser), "rows"),))


def write(parser: Parser) -> Translation:
    """Translate INSERT, UPDATE, DELETE or MERGE."""
    verb = parser.peek().word
    if verb in ("INSERT", "MERGE") and parser.peek(1).word != "INTO":
        parser.take()
        parser.expect("INTO")
    if verb == "DELETE" and parser.peek(1).word != "FROM":
        parser.take()
        parser.expect("FROM")
    return Translation("DML", verb, (TrinoSql(query_text(parser), "count", ONE_WRITER),))


def explain(parser: Parser) -> Translation:
    """Translate EXPLAIN of a query."""
    offset = 1
    if parser.peek(offset).word == "ANALYZE":
        offset += 2 if parser.peek(offset + 1).word == "VERBOSE" else 1
    if parser.peek(offset).text == "(" and parser.peek(offset + 1).word in ("TYPE", "FORMAT"):
        while parser.peek(offset).text != ")" and parser.peek(offset).kind is not Kind.END:
            offset += 1
        offset += 1
    explained = parser.peek(offset)
    if (explained.word or explained.text) not in QUERY_STARTS:
        raise NotEmulated(f"EXPLAIN {explained.text.upper()}")
    return Translation("DML", "EXPLAIN", (TrinoSql(query_text(parser), "rows"),))
