"""Queries and what writes rows: the part of Athena's grammar that is Trino's, handed on as it is.

A query keeps its text but for decimal literals. Rows are written by one writer, see one_writer.
"""

import re
from dataclasses import dataclass

from ..language.errors import NotEmulated
from ..language.lexer import Kind
from ..language.names import query_name
from ..language.parser import Parser
from ..strictness import trino_only
from .decimal_literals import as_doubles
from .one_writer import ONE_WRITER
from .steps import CheckTarget, Translation, TrinoSql, Unread

QUERY_STARTS = ("SELECT", "WITH", "VALUES", "TABLE", "(")


@dataclass(frozen=True)
class Query:
    """A query as Trino must run it, and as it was written."""

    sql: str
    unread: Unread


def take_query(parser: Parser, before: str = "") -> Query:
    """Take all that is left as a query; `before` see Unread."""
    tokens = parser.tokens_left()
    trino_only.check(parser.text, tokens)
    start = parser.peek().start
    text = parser.rest()
    blank = re.sub(r"[^\n]", " ", parser.text[:start])
    return Query(as_doubles(text, tokens, start), Unread(blank + text, before))


def select(parser: Parser) -> Translation:
    """Translate SELECT, WITH, VALUES, TABLE or a query in parentheses."""
    query = take_query(parser)
    return Translation("DML", "SELECT", (TrinoSql(query.sql, "rows"),), query.unread)


def write(parser: Parser, context: str) -> Translation:
    """Translate INSERT, UPDATE, DELETE or MERGE."""
    ahead = Parser(parser.text)
    verb = ahead.take().word
    if verb != "UPDATE":
        ahead.expect("FROM" if verb == "DELETE" else "INTO")
    query = take_query(parser)
    table = query_name(ahead, context).table()
    steps = (CheckTarget(table, verb), TrinoSql(query.sql, "count", ONE_WRITER))
    fills = table if verb == "INSERT" else None
    return Translation("DML", verb, steps, query.unread, fills=fills)


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
    query = take_query(parser)
    return Translation("DML", "EXPLAIN", (TrinoSql(query.sql, "rows"),), query.unread)
