"""Data types, as Trino writes them and as Hive's DDL writes them."""

from dataclasses import dataclass

from .lexer import Kind
from .names import quoted
from .parser import IDENTIFIER, Parser

_HIVE_TO_TRINO = {"string": "varchar", "int": "integer", "float": "real", "binary": "varbinary"}
_TRINO_TO_HIVE = {trino: hive for hive, trino in _HIVE_TO_TRINO.items()}
_CONTAINERS = {"array", "map", "row"}
_HIVE_PLAIN = (
    *("boolean", "tinyint", "smallint", "int", "integer", "bigint", "float", "double"),
    *("string", "binary", "date", "timestamp"),
)
_HIVE_WITH_LENGTH = ("char", "varchar")


@dataclass(frozen=True)
class DataType:
    """A type under Trino's name; `fields` are the types inside it, named in a row."""

    name: str
    parameters: tuple[int, ...] = ()
    fields: tuple[tuple[str, "DataType"], ...] = ()

    def __str__(self) -> str:
        """Return Trino's spelling."""
        if self.fields:
            inner = (f"{quoted(name)} {t}" if name else str(t) for name, t in self.fields)
            return f"{self.name}({', '.join(inner)})"
        if not self.parameters:
            return self.name
        # The precision is in the middle: timestamp(3) with time zone.
        word, space, tail = self.name.partition(" ")
        return f"{word}({','.join(map(str, self.parameters))}){space}{tail}"

    @property
    def hive(self) -> str:
        """Hive's spelling, which Glue keeps."""
        if self.name == "row":
            named = ((name or f"field{n}", t) for n, (name, t) in enumerate(self.fields))
            return f"struct<{','.join(f'{name}:{t.hive}' for name, t in named)}>"
        if self.fields:
            return f"{self.name}<{','.join(t.hive for _, t in self.fields)}>"
        if self.name.startswith("timestamp"):
            return "timestamp"
        if self.name == "varchar" and self.parameters:
            return str(self)
        return _TRINO_TO_HIVE.get(self.name, str(self))

    @property
    def on_iceberg(self) -> "DataType":
        """The type that a column of Athena's DDL has in an Iceberg table."""
        if self.fields:
            return DataType(self.name, (), tuple((name, t.on_iceberg) for name, t in self.fields))
        if self.name == "timestamp":
            return DataType("timestamp", (6,))
        # Iceberg knows strings of any length only.
        return DataType("varchar") if self.name == "varchar" else self

    def leaves(self) -> list["DataType"]:
        """Return the types that hold no others."""
        return [leaf for _, t in self.fields for leaf in t.leaves()] if self.fields else [self]


def parse_trino_type(text: str) -> DataType:
    """Read a type as Trino names it in the columns of a result."""
    return _trino_type(Parser(text))


def _trino_type(parser: Parser) -> DataType:
    name = parser.take().value.lower()
    if name in _CONTAINERS and parser.at("("):
        read = _row_field if name == "row" else _inner_type
        return DataType(name, (), tuple(parser.in_parentheses(lambda: read(parser))))
    parameters = tuple(parser.in_parentheses(parser.integer)) if parser.at("(") else ()
    words = [name]
    while parser.peek().kind is Kind.WORD:
        words.append(parser.take().text.lower())
    return DataType(" ".join(words), parameters)


def _inner_type(parser: Parser) -> tuple[str, DataType]:
    return "", _trino_type(parser)


def _row_field(parser: Parser) -> tuple[str, DataType]:
    """Read a field; one without a name is a type and a comma or parenthesis right after it.

    INTERVAL DAY TO SECOND and INTERVAL YEAR TO MONTH are types of several words.
    """
    is_interval = parser.at("INTERVAL", "DAY", "TO") or parser.at("INTERVAL", "YEAR", "TO")
    is_named = parser.peek().kind is Kind.QUOTED or (
        parser.peek(1).kind is Kind.WORD and not is_interval
    )
    return (parser.take().value if is_named else ""), _trino_type(parser)


def hive_type(parser: Parser) -> DataType:
    """Read a type of Hive's DDL."""
    token = parser.peek()
    name = token.text.lower()
    if token.kind is not Kind.WORD:
        raise parser.error("<type>")
    if name in _HIVE_PLAIN:
        parser.take()
        return DataType(_HIVE_TO_TRINO.get(name, name))
    if name in _HIVE_WITH_LENGTH:
        parser.take()
        return DataType(name, tuple(parser.in_parentheses(parser.integer)))
    if name == "decimal":
        parser.take()
        given = tuple(parser.in_parentheses(parser.integer)) if parser.at("(") else (10,)
        return DataType(name, given if len(given) > 1 else (*given, 0))
    return _hive_container(parser, name)


def _hive_container(parser: Parser, name: str) -> DataType:
    known = {"array": 1, "map": 2, "struct": None}
    if name not in known:
        raise parser.error(*sorted((*_HIVE_PLAIN, *_HIVE_WITH_LENGTH, "decimal", *known)))
    parser.take()
    parser.expect("<")
    if name == "struct":
        fields = parser.comma_separated(lambda: _struct_field(parser))
    else:
        fields = [("", hive_type(parser))]
        if name == "map":
            parser.expect(",")
            fields.append(("", hive_type(parser)))
    parser.expect(">")
    return DataType("row" if name == "struct" else name, (), tuple(fields))


def _struct_field(parser: Parser) -> tuple[str, DataType]:
    if parser.peek().kind not in (Kind.WORD, Kind.BACKQUOTED):
        raise parser.error(IDENTIFIER)
    name = parser.take().value.lower()
    parser.expect(":")
    return name, hive_type(parser)
