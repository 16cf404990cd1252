"""Lists of columns in Hive's DDL."""

from dataclasses import dataclass
from typing import Any

from ..language.names import column_name, literal, quoted
from ..language.parser import Parser
from ..language.types import DataType, hive_type


@dataclass(frozen=True)
class ColumnDefinition:
    """A column that a statement makes."""

    name: str
    type: DataType
    comment: str | None = None

    def glue(self) -> dict[str, Any]:
        """Return the column as Glue keeps it."""
        column = {"Name": self.name, "Type": self.type.hive}
        return column if self.comment is None else {**column, "Comment": self.comment}

    def iceberg(self) -> str:
        """Return the column for Trino's CREATE TABLE or ADD COLUMN."""
        comment = "" if self.comment is None else f" COMMENT {literal(self.comment)}"
        return f"{quoted(self.name)} {self.type.on_iceberg}{comment}"


def column_definition(parser: Parser) -> ColumnDefinition:
    """Read `name type [COMMENT 'text']`."""
    name = column_name(parser).lower()
    data_type = hive_type(parser)
    return ColumnDefinition(name, data_type, parser.string() if parser.accept("COMMENT") else None)


def column_definitions(parser: Parser) -> tuple[ColumnDefinition, ...]:
    """Read `(name type, ...)`."""
    return tuple(parser.in_parentheses(lambda: column_definition(parser)))
