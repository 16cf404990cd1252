"""What a CREATE TABLE in Hive's grammar says, clause by clause."""

from dataclasses import dataclass, field

from ..language.names import TableName, column_name
from ..language.parser import Parser
from .columns import ColumnDefinition, column_definitions
from .partition_transforms import partition_transform
from .properties import string_properties
from .steps import Pairs
from .storage import Storage, row_format, stored_as


@dataclass
class TableDefinition:
    """A table that is to be made; `clauses` names those that Iceberg tables do not have."""

    external: bool
    if_not_exists: bool
    table: TableName
    columns: tuple[ColumnDefinition, ...] = ()
    comment: str | None = None
    partition_keys: tuple[ColumnDefinition, ...] = ()
    transforms: tuple[str, ...] = ()
    bucket_columns: tuple[str, ...] = ()
    buckets: int = 0
    clauses: set[str] = field(default_factory=set)
    storage: Storage = field(default_factory=Storage)
    location: str | None = None
    properties: Pairs = ()

    def table_type(self) -> str:
        """Return the table type in upper case; HIVE if the properties name none."""
        found = [value for key, value in self.properties if key.lower() == "table_type"]
        return found[0].upper() if found else "HIVE"


def read_clauses(parser: Parser, definition: TableDefinition) -> None:
    """Read the clauses in Hive's order, each at most once."""
    if parser.at("("):
        definition.columns = column_definitions(parser)
    if parser.accept("COMMENT"):
        definition.comment = parser.string()
    if parser.accept("PARTITIONED"):
        parser.expect("BY")
        _partitioning(parser, definition)
    if parser.accept("CLUSTERED"):
        parser.expect("BY")
        definition.clauses.add("CLUSTERED BY")
        definition.bucket_columns = tuple(parser.in_parentheses(lambda: column_name(parser)))
        parser.expect("INTO")
        definition.buckets = parser.integer()
        parser.expect("BUCKETS")
    if parser.accept("ROW"):
        parser.expect("FORMAT")
        definition.clauses.add("ROW FORMAT")
        row_format(parser, definition.storage)
    if parser.accept("STORED"):
        parser.expect("AS")
        definition.clauses.add("STORED AS/BY")
        stored_as(parser, definition.storage)
    if parser.accept("LOCATION"):
        definition.location = parser.string()
    if parser.accept("TBLPROPERTIES"):
        definition.properties = string_properties(parser)
    parser.expect_end()


def _partitioning(parser: Parser, definition: TableDefinition) -> None:
    """Read Hive's typed keys, or Iceberg's columns and transforms of columns."""
    is_typed = parser.peek(2).text not in (",", ")", "(")
    if is_typed:
        definition.partition_keys = column_definitions(parser)
    else:
        definition.transforms = tuple(parser.in_parentheses(lambda: partition_transform(parser)))
