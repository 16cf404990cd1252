"""Decimal literals are doubles on Athena: `1.5` is 1.5E0 there and decimal(2,1) on Trino.

AWS, "Data type examples": DOUBLE `1.234`, DECIMAL `DECIMAL '123.456'`; measured, too
(aoyagikouhei/athena-local, docs/caveats.md: 0.1 + 0.2 is 0.30000000000000004). Trino has no
setting for it any more, so the literal gets an exponent.
"""

from ..language.lexer import Kind, Token


def as_doubles(text: str, tokens: list[Token], start: int) -> str:
    """Return the text, which starts at `start` of the statement, with its literals as doubles."""
    pieces, copied = [], 0
    for token in tokens:
        if token.kind is Kind.NUMBER and "." in token.text and "e" not in token.text.lower():
            pieces.append(text[copied : token.end - start])
            copied = token.end - start
    return "E0".join([*pieces, text[copied:]])
