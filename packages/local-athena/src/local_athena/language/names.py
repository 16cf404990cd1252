"""Names of tables: how the Hive part and the Trino part of Athena's grammar read them."""

import re
from dataclasses import dataclass

from .errors import InvalidRequest
from .lexer import Kind, Token
from .parser import IDENTIFIER, Parser
from .reserved_words import IN_DDL

CATALOG = "awsdatacatalog"
DEFAULT_DATABASE = "default"
_IN_HIVE = (Kind.WORD, Kind.BACKQUOTED)
_IN_QUERIES = (Kind.WORD, Kind.QUOTED)


def quoted(name: str) -> str:
    """Return a name as Trino reads it whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def plain(table: "TableName") -> str:
    """Return a table as Trino's formatter writes it: quoted only where it must be."""
    return ".".join(
        part if re.fullmatch("[a-z_][a-z0-9_]*", part) else quoted(part)
        for part in (table.database, table.name)
    )


def context_database(given: str | None) -> str:
    """Return the database that a request names: as it is, or in backquotes as DDL writes it."""
    name = given or DEFAULT_DATABASE
    if len(name) > 2 and name[0] == name[-1] == "`":
        name = name[1:-1].replace("``", "`")
    return name.lower()


def literal(text: str) -> str:
    """Return a text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class TableName:
    """A table, view or anything else in a database; in lower case, as in Glue."""

    database: str
    name: str

    def __str__(self) -> str:
        return f"{self.database}.{self.name}"

    @property
    def on_iceberg(self) -> str:
        """The table in Trino's Iceberg catalog."""
        return f"iceberg.{quoted(self.database)}.{quoted(self.name)}"

    @property
    def on_hive(self) -> str:
        """The table in Trino's Hive catalog, which hands Iceberg tables on."""
        return f"{CATALOG}.{quoted(self.database)}.{quoted(self.name)}"

    def metadata_table(self, name: str) -> str:
        """Return one of the tables that Iceberg keeps about this one."""
        return f"iceberg.{quoted(self.database)}.{quoted(f'{self.name}${name}')}"


@dataclass(frozen=True)
class NameParts:
    """A name as written: its tokens, and the database that it is in if it names none."""

    tokens: tuple[Token, ...]
    context: str

    @property
    def last(self) -> str:
        """The name itself, in the case in which it was written."""
        return self.tokens[-1].value

    def table(self) -> TableName:
        """Return the table; Athena folds names to lower case."""
        parts = [token.value for token in self.tokens]
        if len(parts) == 1 and self.tokens[0].kind is Kind.BACKQUOTED:
            # SHOW CREATE TABLE prints `database.table`.
            parts = parts[0].split(".")
        if len(parts) > 3:
            raise InvalidRequest(f"Invalid table name {'.'.join(parts).lower()}")
        _check_catalog(parts[:-2])
        database = parts[-2] if len(parts) > 1 else self.context
        return TableName(database.lower(), parts[-1].lower())

    def database(self) -> str:
        """Return the database that the name means when it is one of a database."""
        parts = [token.value for token in self.tokens]
        _check_catalog(parts[:-1])
        return parts[-1].lower()


def _check_catalog(parts: list[str]) -> None:
    if parts and (len(parts) > 1 or parts[0].lower() != CATALOG):
        raise InvalidRequest(f"Catalog '{parts[0]}' does not exist", "DATACATALOG_NOT_FOUND")


def hive_name(parser: Parser, context: str) -> NameParts:
    """Read a name of Hive's DDL: plain or in backquotes; double quotes are strings there."""
    return NameParts(_parts(parser, _IN_HIVE), context)


def query_name(parser: Parser, context: str) -> NameParts:
    """Read a name of the Trino grammar: plain or in double quotes."""
    return NameParts(_parts(parser, _IN_QUERIES), context)


def column_name(parser: Parser) -> str:
    """Read the name of a column in Hive's DDL."""
    if parser.peek().kind is Kind.QUOTED:
        raise parser.no_viable_alternative(parser.peek())
    if parser.peek().kind not in _IN_HIVE:
        raise parser.error(IDENTIFIER)
    if parser.peek().word in IN_DDL:
        raise parser.no_viable_alternative(parser.peek())
    return parser.take().value


def _parts(parser: Parser, kinds: tuple[Kind, Kind]) -> tuple[Token, ...]:
    tokens = []
    while True:
        if parser.peek().kind not in kinds:
            if kinds is _IN_HIVE and parser.peek().kind is Kind.QUOTED:
                raise parser.no_viable_alternative(parser.peek())
            raise parser.error(IDENTIFIER)
        if kinds is _IN_HIVE and parser.peek().word in IN_DDL:
            raise parser.no_viable_alternative(parser.peek())
        tokens.append(parser.take())
        if not parser.accept("."):
            return tuple(tokens)
