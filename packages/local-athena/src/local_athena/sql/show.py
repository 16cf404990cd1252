"""SHOW and DESCRIBE."""

from ..language.errors import NotEmulated
from ..language.lexer import Kind
from ..language.names import DEFAULT_DATABASE, hive_name, query_name
from ..language.parser import Parser
from .steps import Show, Translation, TrinoSql


def show(parser: Parser, context: str) -> Translation:
    """Translate what follows SHOW."""
    readers = {
        "TABLES": ("SHOW_TABLES", _of_database),
        "VIEWS": ("SHOW_VIEWS", _of_database),
        "DATABASES": ("SHOW_DATABASES", _databases),
        "SCHEMAS": ("SHOW_DATABASES", _databases),
        "COLUMNS": ("SHOW_COLUMNS", _columns),
        "PARTITIONS": ("SHOW_PARTITIONS", _of_table),
        "TBLPROPERTIES": ("SHOW_TABLE_PROPERTIES", _table_properties),
    }
    if parser.accept("CREATE"):
        return _show_create(parser, context)
    if parser.at("FUNCTIONS"):
        parser.take()
        parser.expect_end()
        return Translation("UTILITY", "SHOW_FUNCTIONS", (TrinoSql("SHOW FUNCTIONS", "rows"),))
    if parser.peek().word not in readers:
        if parser.peek().kind is not Kind.WORD:
            raise parser.error(*(f"'{word}'" for word in ("CREATE", *readers, "FUNCTIONS")))
        raise parser.no_viable_alternative(parser.peek())
    name, read = readers[parser.take().word]
    step = read(parser, context, name)
    parser.expect_end()
    return Translation("UTILITY", name, (step,))


def describe(parser: Parser, context: str) -> Translation:
    """Translate what follows DESCRIBE."""
    if parser.peek().word in ("EXTENDED", "FORMATTED") and parser.peek(1).kind is not Kind.END:
        raise NotEmulated(f"DESCRIBE {parser.peek().word}")
    step = _of_table(parser, context, "DESCRIBE_TABLE")
    parser.expect_end()
    return Translation("UTILITY", "DESCRIBE_TABLE", (step,))


def _show_create(parser: Parser, context: str) -> Translation:
    kind = parser.expect_one_of("TABLE", "VIEW")
    read = hive_name if kind == "TABLE" else query_name
    table = read(parser, context).table()
    parser.expect_end()
    name = f"SHOW_CREATE_{kind}"
    return Translation("UTILITY", name, (Show(name, table),))


def _of_table(parser: Parser, context: str, name: str) -> Show:
    return Show(name, hive_name(parser, context).table())


def _table_properties(parser: Parser, context: str, name: str) -> Show:
    table = hive_name(parser, context).table()
    if not parser.accept("("):
        return Show(name, table)
    key = parser.string()
    parser.expect(")")
    return Show(name, table, pattern=key)


def _columns(parser: Parser, context: str, name: str) -> Show:
    parser.expect_one_of("FROM", "IN")
    table = hive_name(parser, context)
    if parser.accept("FROM") or parser.accept("IN"):
        database = hive_name(parser, DEFAULT_DATABASE).database()
        return Show(name, type(table)(table.tokens, database).table())
    return Show(name, table.table())


def _of_database(parser: Parser, context: str, name: str) -> Show:
    database = context
    if parser.accept("IN") or parser.accept("FROM"):
        database = hive_name(parser, DEFAULT_DATABASE).database()
    return Show(name, database=database, pattern=_pattern(parser))


def _databases(parser: Parser, _context: str, name: str) -> Show:
    return Show(name, pattern=_pattern(parser))


def _pattern(parser: Parser) -> str | None:
    if parser.accept("LIKE") or parser.peek().kind is Kind.STRING:
        return parser.string()
    return None
