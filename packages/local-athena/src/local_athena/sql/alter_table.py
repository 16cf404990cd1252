"""ALTER TABLE, in Hive's grammar; what Trino alone knows is refused."""

from ..language.errors import NotEmulated
from ..language.lexer import Token, position
from ..language.names import TableName, column_name, hive_name
from ..language.parser import Parser
from ..strictness import locations
from ..strictness import names as naming
from .alter_steps import (
    AddColumns,
    AddPartitions,
    ChangeColumn,
    DropColumn,
    DropPartitions,
    RenameTable,
    ReplaceColumns,
    SetLocation,
    SetTableProperties,
)
from .columns import column_definition, column_definitions
from .partitions import partition_specs
from .properties import string_properties
from .steps import Step, Translation


def alter_table(parser: Parser, context: str) -> Translation:
    """Translate what follows ALTER TABLE."""
    table = hive_name(parser, context).table()
    actions = {
        "ADD": _add,
        "CHANGE": _change,
        "DROP": _drop,
        "RENAME": _rename,
        "REPLACE": _replace,
        "SET": _set,
        "UNSET": _unset,
    }
    action = parser.expect_one_of(*actions)
    name, step = actions[action](parser, table, context)
    parser.expect_end()
    return Translation("DDL", f"ALTER_TABLE_{name}", (step,))


def _add(parser: Parser, table: TableName, _context: str) -> tuple[str, Step]:
    if parser.accept("COLUMNS"):
        return "ADD_COLUMN", AddColumns(table, column_definitions(parser))
    if_not_exists = parser.accept("IF", "NOT", "EXISTS")
    if not if_not_exists and not parser.at("PARTITION"):
        raise parser.error("'COLUMNS'", "'PARTITION'")
    partitions = partition_specs(parser)
    return "ADD_PARTITION", AddPartitions(table, partitions, if_not_exists)


def _drop(parser: Parser, table: TableName, _context: str) -> tuple[str, Step]:
    if parser.at("COLUMN"):
        keyword = parser.take()
        refusal = _drop_column_of_hive(parser, keyword)
        return "DROP_COLUMN", DropColumn(table, column_name(parser).lower(), refusal)
    if_exists = parser.accept("IF", "EXISTS")
    if not if_exists and not parser.at("PARTITION"):
        raise parser.error("'COLUMN'", "'PARTITION'")
    return "DROP_PARTITION", DropPartitions(table, partition_specs(parser), if_exists)


def _change(parser: Parser, table: TableName, _context: str) -> tuple[str, Step]:
    parser.accept("COLUMN")
    column = column_name(parser).lower()
    to = column_definition(parser)
    if parser.at("FIRST") or parser.at("AFTER"):
        raise NotEmulated("ALTER TABLE CHANGE COLUMN with FIRST or AFTER")
    return "CHANGE_COLUMN", ChangeColumn(table, column, to)


def _rename(parser: Parser, table: TableName, context: str) -> tuple[str, Step]:
    parser.expect("TO")
    to = hive_name(parser, context)
    naming.lower_case("table", to.last)
    return "RENAME", RenameTable(table, to.table())


def _replace(parser: Parser, table: TableName, _context: str) -> tuple[str, Step]:
    parser.expect("COLUMNS")
    return "REPLACE_COLUMN", ReplaceColumns(table, column_definitions(parser))


def _set(parser: Parser, table: TableName, _context: str) -> tuple[str, Step]:
    if parser.expect_one_of("LOCATION", "TBLPROPERTIES") == "TBLPROPERTIES":
        return "PROPERTIES", SetTableProperties(table, string_properties(parser))
    return "SET_LOCATION", SetLocation(table, locations.check(parser.string()))


def _unset(_parser: Parser, _table: TableName, _context: str) -> tuple[str, Step]:
    raise NotEmulated("ALTER TABLE UNSET TBLPROPERTIES")


def _drop_column_of_hive(parser: Parser, keyword: Token) -> str:
    """Return what Athena's Hive parser says to DROP COLUMN of a Hive table; it counts from 0."""
    line, column = position(parser.text, keyword.start).split(":")
    return (
        f"FAILED: ParseException line {line}:{int(column) - 1} mismatched input '{keyword.text}'"
        " expecting PARTITION near 'DROP' in drop partition statement"
    )
