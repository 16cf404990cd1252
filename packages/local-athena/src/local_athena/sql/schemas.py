"""CREATE and DROP of databases, which Athena also calls schemas."""

from ..language.names import DEFAULT_DATABASE, hive_name
from ..language.parser import Parser
from ..strictness import names as naming
from .properties import string_properties
from .steps import DropDatabase, GlueCall, Translation


def create_database(parser: Parser) -> Translation:
    """Translate what follows CREATE DATABASE."""
    if_not_exists = parser.accept("IF", "NOT", "EXISTS")
    name = hive_name(parser, DEFAULT_DATABASE)
    database = naming.lower_case("database", name.last)
    name.database()
    given: dict[str, object] = {"Name": database}
    if parser.accept("COMMENT"):
        given["Description"] = parser.string()
    if parser.accept("LOCATION"):
        given["LocationUri"] = parser.string()
    if parser.accept("WITH"):
        parser.expect("DBPROPERTIES")
        given["Parameters"] = dict(string_properties(parser))
    parser.expect_end()
    accepts = ("AlreadyExistsException",) if if_not_exists else ()
    step = GlueCall("create_database", {"DatabaseInput": given}, accepts)
    return Translation("DDL", "CREATE_DATABASE", (step,))


def drop_database(parser: Parser) -> Translation:
    """Translate what follows DROP DATABASE."""
    if_exists = parser.accept("IF", "EXISTS")
    database = hive_name(parser, DEFAULT_DATABASE).database()
    cascade = parser.accept("CASCADE")
    if not cascade:
        parser.accept("RESTRICT")
    parser.expect_end()
    step = DropDatabase(database, if_exists, cascade)
    return Translation("DDL", "DROP_DATABASE", (step,))
