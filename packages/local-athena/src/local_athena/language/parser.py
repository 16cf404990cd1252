"""A cursor over the tokens of one statement; errors in the form that Athena gives them."""

from collections.abc import Callable
from typing import TypeVar

from .errors import InvalidRequest
from .hive_strings import unescape
from .lexer import Kind, Token, position, tokenize

T = TypeVar("T")
IDENTIFIER = "<identifier>"
STRING = "<string>"
NUMBER = "<number>"


class Parser:
    """Reads a statement from left to right."""

    def __init__(self, text: str, hive: bool = False) -> None:
        self.text = text
        self.hive = hive
        self._tokens = tokenize(text, hive)
        self._next = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a coming token without taking it."""
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self._next += 1
        return token

    def at(self, *expected: str) -> bool:
        """Return whether these keywords or symbols come next."""
        return all(
            expected_text in (self.peek(ahead).word, self.peek(ahead).text)
            for ahead, expected_text in enumerate(expected)
        )

    def accept(self, *expected: str) -> bool:
        """Take these keywords or symbols if they come next."""
        if found := self.at(*expected):
            self._next += len(expected)
        return found

    def expect(self, *expected: str) -> None:
        """Take these keywords or symbols, one after the other."""
        for text in expected:
            if not self.accept(text):
                raise self.error(f"'{text}'")

    def expect_one_of(self, *expected: str) -> str:
        """Take one of these keywords or symbols and return it."""
        for text in expected:
            if self.accept(text):
                return text
        raise self.error(*(f"'{text}'" for text in expected))

    def expect_end(self) -> None:
        """Make sure that nothing is left."""
        if self.peek().kind is not Kind.END:
            raise self.error("<EOF>")

    def string(self) -> str:
        """Take a string; Hive's may be in double quotes and has escapes."""
        kinds = (Kind.STRING, Kind.QUOTED) if self.hive else (Kind.STRING,)
        if self.peek().kind not in kinds:
            raise self.error(STRING)
        value = self.take().value
        return unescape(value) if self.hive else value

    def integer(self) -> int:
        """Take a whole number."""
        if self.peek().kind is not Kind.NUMBER or not self.peek().text.isdigit():
            raise self.error(NUMBER)
        return int(self.take().text)

    def comma_separated(self, item: Callable[[], T]) -> list[T]:
        """Read items up to where no comma follows."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        return items

    def in_parentheses(self, item: Callable[[], T]) -> list[T]:
        """Read `( item, item )`."""
        self.expect("(")
        items = self.comma_separated(item)
        self.expect_one_of(",", ")")
        return items

    def rest(self) -> str:
        """Take all that is left, as it was written, without comments at its end."""
        start = self.peek().start
        last = self._tokens[-2].end if len(self._tokens) > 1 else start
        self._next = len(self._tokens) - 1
        return self.text[start:last]

    def tokens_left(self) -> list[Token]:
        """Return the tokens that are not taken yet, without END."""
        return self._tokens[self._next : -1]

    def error(self, *expected: str) -> InvalidRequest:
        """Return what is wrong at the next token."""
        token = self.peek()
        where = position(self.text, token.start)
        return InvalidRequest(
            f"line {where}: mismatched input '{token.text}'. Expecting: {', '.join(expected)}"
        )

    def no_viable_alternative(self, token: Token) -> InvalidRequest:
        """Return how Athena's Hive grammar refuses a token: with all that led to it."""
        where = position(self.text, token.start)
        read = self.text[self._tokens[0].start : token.end].replace("\n", "\\n")
        return InvalidRequest(f"line {where}: no viable alternative at input '{read}'")
