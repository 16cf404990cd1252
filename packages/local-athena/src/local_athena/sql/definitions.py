"""CREATE, DROP and ALTER: what of."""

from ..language.errors import NOT_SUPPORTED, InvalidRequest, NotEmulated
from ..language.parser import Parser
from . import alter_table, create_table, ctas, drop_table, schemas, views
from .steps import Translation

# What Athena expects, measured on AWS.
_CREATES = ("MATERIALIZED", "MULTI", "OR", "PROTECTED", "ROLE", "SCHEMA", "TABLE", "VIEW")
_REPLACES = ("MATERIALIZED", "MULTI", "PROTECTED", "VIEW")
_ALSO_CREATED = ("BRANCH", "CATALOG", "FUNCTION", "INDEX", "MATERIALIZED", "ROLE")


def create(parser: Parser, database: str) -> Translation:
    """Translate CREATE of something."""
    parser.take()
    if parser.accept("SCHEMA") or parser.accept("DATABASE"):
        return schemas.create_database(parser)
    if parser.accept("EXTERNAL"):
        parser.expect("TABLE")
        return create_table.create_table(parser, database, external=True)
    if parser.accept("TABLE"):
        if ctas.is_ctas(parser):
            return ctas.create_table_as(parser, database)
        return create_table.create_table(parser, database, external=False)
    return _create_view(parser, database)


def _create_view(parser: Parser, database: str) -> Translation:
    or_replace = parser.accept("OR")
    if or_replace:
        parser.expect("REPLACE")
    if parser.accept("VIEW"):
        return views.create_view(parser, database, or_replace)
    if parser.peek().word in _ALSO_CREATED:
        raise InvalidRequest(NOT_SUPPORTED)
    raise parser.error(*(f"'{word}'" for word in (_REPLACES if or_replace else _CREATES)))


def drop(parser: Parser, database: str) -> Translation:
    """Translate DROP of something."""
    parser.take()
    if parser.accept("SCHEMA") or parser.accept("DATABASE"):
        return schemas.drop_database(parser)
    if parser.accept("TABLE"):
        return drop_table.drop_table(parser, database)
    if parser.accept("VIEW"):
        return views.drop_view(parser, database)
    if parser.peek().word in _ALSO_CREATED:
        raise InvalidRequest(NOT_SUPPORTED)
    raise parser.error("'DATABASE'", "'SCHEMA'", "'TABLE'", "'VIEW'")


def alter(parser: Parser, database: str) -> Translation:
    """Translate ALTER of something."""
    parser.take()
    if parser.peek().word in ("DATABASE", "SCHEMA"):
        raise NotEmulated(f"ALTER {parser.peek().word}")
    if parser.peek().word in ("VIEW", "MATERIALIZED"):
        raise InvalidRequest(NOT_SUPPORTED)
    parser.expect("TABLE")
    return alter_table.alter_table(parser, database)
