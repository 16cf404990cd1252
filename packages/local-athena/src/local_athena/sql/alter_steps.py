"""The steps of ALTER TABLE and MSCK REPAIR TABLE."""

from dataclasses import dataclass

from ..language.names import TableName
from .columns import ColumnDefinition
from .steps import Pairs, Step


@dataclass(frozen=True)
class RenameTable(Step):
    """Rename an Iceberg table."""

    table: TableName
    to: TableName


@dataclass(frozen=True)
class SetTableProperties(Step):
    """Set properties of a table."""

    table: TableName
    properties: Pairs


@dataclass(frozen=True)
class AddColumns(Step):
    """Add columns after the last one."""

    table: TableName
    columns: tuple[ColumnDefinition, ...]


@dataclass(frozen=True)
class DropColumn(Step):
    """Drop a column of an Iceberg table."""

    table: TableName
    column: str
    hive_refusal: str


@dataclass(frozen=True)
class ChangeColumn(Step):
    """Give a column another name, type or comment."""

    table: TableName
    column: str
    to: ColumnDefinition


@dataclass(frozen=True)
class ReplaceColumns(Step):
    """Give a Hive table other columns."""

    table: TableName
    columns: tuple[ColumnDefinition, ...]


@dataclass(frozen=True)
class SetLocation(Step):
    """Make a Hive table read another folder."""

    table: TableName
    location: str


@dataclass(frozen=True)
class PartitionSpec:
    """The values of a partition's keys, and where its files are if not below the table."""

    values: Pairs
    location: str | None = None

    def __str__(self) -> str:
        return ", ".join(f"{key}={value}" for key, value in self.values)


@dataclass(frozen=True)
class AddPartitions(Step):
    """Tell Glue of partitions of a Hive table."""

    table: TableName
    partitions: tuple[PartitionSpec, ...]
    if_not_exists: bool


@dataclass(frozen=True)
class DropPartitions(Step):
    """Make Glue forget partitions of a Hive table."""

    table: TableName
    partitions: tuple[PartitionSpec, ...]
    if_exists: bool


@dataclass(frozen=True)
class RepairPartitions(Step):
    """Find the folders of a Hive table that Glue knows no partition of."""

    table: TableName
