"""Characters to tokens: the one place that knows comments, quotes and numbers."""

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    BACKQUOTED = "backquoted"
    STRING = "string"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of the text from `start` up to `end`, as it was written."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword in upper case; empty for what cannot be one."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    @property
    def value(self) -> str:
        """The text without its quotes, doubled quotes made single."""
        if self.kind not in (Kind.QUOTED, Kind.BACKQUOTED, Kind.STRING):
            return self.text
        quote = self.text[0]
        return self.text[1:-1].replace(quote * 2, quote)


_NUMBER = r"""(?:\d+(?:\.\d*)?|(?<![\w"`\]])\.\d+)(?:[eE][+-]?\d+)?"""


def _pattern(string_character: str) -> re.Pattern[str]:
    """Return the tokens; the character says what may stand between quotes besides doubled ones."""
    return re.compile(
        rf"""
        (?P<space>\s+|--[^\r\n]*|/\*.*?\*/)
        |(?P<string>'(?:''|{string_character.format(quote="'")})*')
        |(?P<quoted>"(?:""|{string_character.format(quote='"')})*")
        |(?P<backquoted>`(?:``|[^`])*`)
        |(?P<number>{_NUMBER})
        |(?P<word>[^\W\d]\w*)
        |(?P<symbol>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


_QUERY = _pattern("[^{quote}]")
_HIVE = _pattern(r"[^{quote}\\]|\\.")


def tokenize(text: str, hive: bool = False) -> list[Token]:
    """Return the tokens of a text, the last one of kind END.

    In Hive's DDL a backslash keeps the quote after it; in queries it is a character like others.
    A quote or comment that is never closed becomes a symbol, which no statement expects.
    """
    tokens, pattern = [], _HIVE if hive else _QUERY
    for match in pattern.finditer(text):
        if match.lastgroup != "space":
            kind = Kind(match.lastgroup)
            tokens.append(Token(kind, match.group(), match.start(), match.end()))
    tokens.append(Token(Kind.END, "<EOF>", len(text), len(text)))
    return tokens


def position(text: str, offset: int) -> str:
    """Return `line:column` as Athena counts: from 1, in UTF-16 units."""
    before = text[:offset]
    column = before[before.rfind("\n") + 1 :]
    return f"{before.count(chr(10)) + 1}:{len(column.encode('utf-16-le')) // 2 + 1}"
