"""ExecutionParameters: puts values in the place of the question marks of a statement.

Athena takes a value that parses as an expression and names no column for this expression, and any
other for a text, so that both 'a text' and a text mean the same.
"""

import re

# Whatever may hold a question mark that is no parameter; group 1 is one that is.
_SQL = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | (\?)""",
    re.DOTALL | re.VERBOSE,
)
_VALUE = re.compile(
    r"""\s* (?: (?P<operand> '(?:[^']|'')*' | (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w) )
              | (?P<word> [^\W\d]\w* )
              | (?P<operator> \|\| | <> | [<>!]?= | [-+*/%<>] )
              | (?P<mark> [(),\[\]] ) ) \s*""",
    re.VERBOSE,
)
_KEYWORD = re.compile(
    "and|array|as|at|between|bigint|boolean|case|cast|char|current_date|current_timestamp|date|day"
    "|decimal|distinct|double|else|end|false|from|hour|in|integer|interval|is|json|like"
    "|localtimestamp|minute|month|not|null|or|real|second|smallint|string|then|time|timestamp"
    "|tinyint|to|true|try_cast|varbinary|varchar|when|with|year|zone",
    re.IGNORECASE,
)


def count(sql: str) -> int:
    """Answer how many values a statement takes."""
    return sum(1 for token in _SQL.finditer(sql) if token[1])


def substitute(sql: str, values: list[str]) -> str:
    """Answer the statement with a value in the place of each question mark."""
    remaining = iter(values)
    return _SQL.sub(lambda token: _written(next(remaining)) if token[1] else token[0], sql)


def _written(value: str) -> str:
    if value.isdecimal():
        return value  # LIMIT takes no parentheses
    return f"({value})" if _is_expression(value) else "'" + value.replace("'", "''") + "'"


def _is_expression(value: str) -> bool:
    position, kind, depth = 0, "operator", 0
    while position < len(value):
        token = _VALUE.match(value, position)
        if not token:
            return False
        before, kind, text = kind, token.lastgroup, token[token.lastgroup]
        position = token.end()
        is_function = kind == "word" and value.startswith("(", position)
        if kind == "word" and not _KEYWORD.fullmatch(text) and not is_function:
            return False  # a column
        if kind == before == "operand":
            return False
        depth += (text in "([") - (text in ")]")
        if depth < 0 or (depth == 0 and text == ","):
            return False
    return depth == 0 and kind != "operator"
