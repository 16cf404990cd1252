"""One request, one statement: the text between two semicolons."""

from ..language.errors import InvalidRequest
from ..language.lexer import Kind, tokenize
from .grammars import is_hive


def single_statement(text: str) -> str:
    """Return the only statement of a text, without semicolons and white space around it.

    Messages and rules as measured on AWS: a piece of white space does not count, one of comments
    does, and positions in later messages count from the first character that is left.
    """
    pieces, start = [], 0
    for token in tokenize(text, is_hive(text)):
        if token.kind is Kind.END or token.text == ";":
            pieces.append(text[start : token.start].strip())
            start = token.end
    found = [piece for piece in pieces if piece]
    if len(found) > 1:
        raise InvalidRequest(f"Only one sql statement is allowed. Got: {text.rstrip()}")
    if not found and len(pieces) > 1:
        raise InvalidRequest(f"Empty sql statement: {text.rstrip()}")
    return found[0] if found else ""
