"""How an Iceberg table is partitioned."""

from dataclasses import dataclass

from ..language.names import TableName
from ..language.parser import Parser
from .connections import Connections

_SUFFIXES = {"truncate": "trunc"}


@dataclass(frozen=True)
class PartitionField:
    """A transform of a column, `identity` among them; the number is a bucket's or a truncate's."""

    transform: str
    column: str
    number: int | None = None

    @property
    def name(self) -> str:
        """The name that Iceberg gives the field."""
        if self.transform == "identity":
            return self.column
        return f"{self.column}_{_SUFFIXES.get(self.transform, self.transform)}"

    def __str__(self) -> str:
        """Return the transform as Iceberg writes it."""
        return self.transform if self.number is None else f"{self.transform}[{self.number}]"


def partition_fields(table: TableName, on: Connections) -> list[PartitionField]:
    """Return the partition fields of an Iceberg table."""
    ((statement,),) = on.trino.execute(f"SHOW CREATE TABLE {table.on_iceberg}").rows
    parser = Parser(statement)
    while parser.tokens_left():
        if parser.accept("partitioning", "=", "ARRAY", "["):
            return [_field(text) for text in parser.comma_separated(parser.string)]
        parser.take()
    return []


def _field(text: str) -> PartitionField:
    """Read `column`, `month(column)` or `bucket(column, 16)`."""
    parser = Parser(text)
    first = parser.take().value
    if not parser.accept("("):
        return PartitionField("identity", first)
    column = parser.take().value
    number = parser.integer() if parser.accept(",") else None
    return PartitionField(first, column, number)
