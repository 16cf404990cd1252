"""ExecutionParameters: puts values in the place of the question marks of a statement.

Athena takes a value that parses as an expression and names no column for this expression, and any
other for a text, so that both 'a text' and a text mean the same.
"""

import re
from itertools import pairwise

from ..language.lexer import Kind, Token, tokenize
from ..sql.grammars import is_hive

_OPERATORS = set("|<>!=-+*/%")
_MARKS = set("(),[]")
_UNICODE = re.compile(r"\bu&(?=')", re.IGNORECASE)  # before a text with escapes
_KEYWORD = re.compile(
    "and|array|as|at|between|bigint|boolean|case|cast|char|current_date|current_timestamp|date|day"
    "|decimal|distinct|double|else|end|false|from|hour|in|integer|interval|is|json|like"
    "|localtimestamp|minute|month|not|null|or|real|second|smallint|string|then|time|timestamp"
    "|tinyint|to|true|try_cast|uescape|varbinary|varchar|when|with|year|zone",
    re.IGNORECASE,
)


class Expression(str):
    """A value that is an expression, whatever it looks like."""


def count(sql: str) -> int:
    """Answer how many values a statement takes."""
    return len(_question_marks(sql))


def substitute(sql: str, values: list[str]) -> str:
    """Answer the statement with a value in the place of each question mark."""
    pieces, end = [], 0
    for mark, value in zip(_question_marks(sql), values, strict=False):
        pieces += [sql[end : mark.start], _written(value)]
        end = mark.end
    return "".join([*pieces, sql[end:]])


def _question_marks(sql: str) -> list[Token]:
    return [token for token in tokenize(sql, is_hive(sql)) if token.text == "?"]


def _written(value: str) -> str:
    if value.isdecimal():
        return value  # LIMIT takes no parentheses
    if isinstance(value, Expression) or is_expression(value):
        return f"({value})"
    return "'" + value.replace("'", "''") + "'"


def is_expression(value: str) -> bool:
    """Say whether a value parses as an expression, and as one that names no column."""
    value = _UNICODE.sub("", value)
    before, end, depth = "operator", 0, 0
    for token, following in pairwise(tokenize(value)):
        if value[end : token.start].strip():
            return False  # a comment
        kind = _kind(token)
        is_column = following.text != "(" and following.kind is not Kind.STRING  # x'AB', uuid '…'
        if kind == "word" and is_column and not _KEYWORD.fullmatch(token.text):
            return False
        if kind is None or (before == "operand" and kind == "operand"):
            return False
        if before == "operand" and kind == "word" and token.start == end:
            return False  # 1date
        depth += (token.text in "([") - (token.text in ")]")
        if depth < 0 or (depth == 0 and token.text == ","):
            return False
        before, end = kind, token.end
    return depth == 0 and before != "operator" and not value[end:].strip()


def _kind(token: Token) -> str | None:
    """Answer what a token is in an expression; None for what is in none."""
    if token.kind in (Kind.STRING, Kind.NUMBER):
        return "operand"
    if token.kind is Kind.WORD:
        return "word"
    if token.text in _OPERATORS:
        return "operator"
    return "mark" if token.text in _MARKS else None
