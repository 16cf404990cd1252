"""CREATE and DROP of views, in the Trino part of the grammar."""

from ..language.names import query_name
from ..language.parser import Parser
from ..strictness import names as naming
from .queries import QUERY_STARTS, take_query
from .steps import DescribeView, Translation, TrinoSql

_AFTER_NAME = ("AS", "COMMENT", "SECURITY")


def create_view(parser: Parser, context: str, or_replace: bool) -> Translation:
    """Translate what follows CREATE [OR REPLACE] VIEW."""
    name = query_name(parser, context)
    naming.lower_case("view", name.last)
    table = name.table()
    replace = "OR REPLACE " if or_replace else ""
    sql = f"CREATE {replace}VIEW {table.on_hive}{_options(parser)} AS\n"
    if (parser.peek().word or parser.peek().text) not in QUERY_STARTS:
        raise parser.error("<query>")
    query = take_query(parser)
    steps = (TrinoSql(sql + query.sql), DescribeView(table))
    return Translation("DDL", "CREATE_VIEW", steps, query.unread)


def drop_view(parser: Parser, context: str) -> Translation:
    """Translate what follows DROP VIEW."""
    exists = "IF EXISTS " if parser.accept("IF", "EXISTS") else ""
    table = query_name(parser, context).table()
    parser.expect_end()
    return Translation("DDL", "DROP_VIEW", (TrinoSql(f"DROP VIEW {exists}{table.on_hive}"),))


def _options(parser: Parser) -> str:
    """Read the clauses between the name and AS; return it for Trino."""
    options = ""
    if parser.accept("COMMENT"):
        options += f" COMMENT {parser.peek().text}"
        parser.string()
    if parser.accept("SECURITY"):
        options += f" SECURITY {parser.expect_one_of('DEFINER', 'INVOKER')}"
    if not parser.accept("AS"):
        raise parser.error(*(f"'{word}'" for word in _AFTER_NAME))
    return options
