"""Properties of tables: of CTAS `WITH (key = value)`, and of Hive's `('key' = 'value')`."""

from ..language.lexer import Kind
from ..language.names import literal
from ..language.parser import IDENTIFIER, Parser
from ..strictness.table_properties import POSITIVE, Value
from .steps import Pairs

_KEPT = (*POSITIVE, "compression_level")


def ctas_properties(parser: Parser) -> dict[str, Value]:
    """Read `(key = value, ...)`."""
    return dict(parser.in_parentheses(lambda: _assignment(parser)))


def string_properties(parser: Parser) -> Pairs:
    """Read `('key' = 'value', ...)`."""
    return tuple(parser.in_parentheses(lambda: _string_assignment(parser)))


def kept_properties(properties: dict[str, Value]) -> list[str]:
    """Return the Trino table property for what only Athena's OPTIMIZE and VACUUM read, if any.

    It lives in the table's own metadata, so that it survives renames and the commits of any writer;
    Glue's parameters are made anew with every commit.
    """
    kept = tuple((key, str(properties[key])) for key in _KEPT if key in properties)
    return [extra_properties(kept)] if kept else []


def extra_properties(properties: Pairs) -> str:
    """Return the Trino table property that keeps the properties which only Athena knows."""
    keys = ", ".join(literal(key) for key, _ in properties)
    values = ", ".join(literal(value) for _, value in properties)
    return f"extra_properties = MAP(ARRAY[{keys}], ARRAY[{values}])"


def text_of(value: Value) -> str:
    """Return a property's value as SQL."""
    if isinstance(value, tuple):
        return f"ARRAY[{', '.join(literal(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool | int) else literal(value)


def _assignment(parser: Parser) -> tuple[str, Value]:
    if parser.peek().kind is not Kind.WORD:
        raise parser.error(IDENTIFIER)
    key = parser.take().text
    parser.expect("=")
    return key, _value(parser)


def _value(parser: Parser) -> Value:
    if parser.accept("ARRAY"):
        parser.expect("[")
        items = parser.comma_separated(parser.string)
        parser.expect("]")
        return tuple(items)
    if parser.peek().word in ("TRUE", "FALSE"):
        return parser.take().word == "TRUE"
    if parser.peek().kind is Kind.STRING:
        return parser.string()
    sign = -1 if parser.accept("-") else 1
    return sign * parser.integer()


def _string_assignment(parser: Parser) -> tuple[str, str]:
    key = parser.string()
    parser.expect("=")
    return key, parser.string()
