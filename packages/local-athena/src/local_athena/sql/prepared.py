"""PREPARE, EXECUTE and DEALLOCATE PREPARE: statements about the statements of a work group."""

from dataclasses import dataclass

from ..language.lexer import Kind
from ..language.parser import IDENTIFIER, Parser
from .statements import single_statement


@dataclass(frozen=True)
class Prepare:
    """Keep a query under a name."""

    name: str
    query: str


@dataclass(frozen=True)
class Execute:
    """Run a kept query, with expressions in the place of its question marks."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Deallocate:
    """Forget a kept query."""

    name: str


def read(text: str) -> Prepare | Execute | Deallocate | None:
    """Read such a statement; None if it is another one. Raises InvalidRequest."""
    parser = Parser(text)
    while parser.accept(";"):
        pass
    if parser.peek().word not in _READERS:
        return None
    parser = Parser(single_statement(text))
    read_ = _READERS[parser.take().word](parser)
    parser.expect_end()
    return read_


def _prepare(parser: Parser) -> Prepare:
    name = _name(parser)
    parser.expect("FROM")
    if parser.peek().kind is Kind.END:
        raise parser.error("<statement>")
    return Prepare(name, parser.rest())


def _execute(parser: Parser) -> Execute:
    name = _name(parser)
    return Execute(name, tuple(_expressions(parser)) if parser.accept("USING") else ())


def _deallocate(parser: Parser) -> Deallocate:
    parser.expect("PREPARE")
    return Deallocate(_name(parser))


def _name(parser: Parser) -> str:
    if parser.peek().kind not in (Kind.WORD, Kind.QUOTED):
        raise parser.error(IDENTIFIER)
    return parser.take().value


def _expressions(parser: Parser) -> list[str]:
    """Take expressions with commas between them, as they are written."""
    expressions = []
    while not expressions or parser.accept(","):
        first, last, depth = parser.peek(), None, 0
        while parser.peek().kind is not Kind.END and (depth or not parser.at(",")):
            if depth == 0 and parser.peek().text in (")", "]"):
                raise parser.error("','", "<EOF>")
            last = parser.take()
            depth += (last.text in "([") - (last.text in ")]")
        if depth:
            raise parser.error("','", "')'")
        if last is None:
            raise parser.error("<expression>")
        expressions.append(parser.text[first.start : last.end])
    return expressions


_READERS = {"PREPARE": _prepare, "EXECUTE": _execute, "DEALLOCATE": _deallocate}
