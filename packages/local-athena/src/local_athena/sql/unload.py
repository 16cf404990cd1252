"""UNLOAD: the rows of a query become files of S3, and no table."""

from ..language.lexer import Kind
from ..language.names import literal
from ..language.parser import Parser
from ..strictness import locations, unload_properties
from .compression import compression
from .one_writer import ONE_WRITER
from .properties import ctas_properties, text_of
from .queries import QUERY_STARTS, Query, take_query
from .steps import Translation, Unload


def unload(parser: Parser) -> Translation:
    """Translate UNLOAD (query) TO 'location' WITH (properties)."""
    query = _query(parser)
    parser.expect("TO")
    location = locations.check(parser.string())
    parser.expect("WITH")
    properties = ctas_properties(parser)
    parser.expect_end()
    unload_properties.check(properties)
    options = [f"format = {literal(str(properties['format']).upper())}"]
    if "partitioned_by" in properties:
        options.append(f"partitioned_by = {text_of(properties['partitioned_by'])}")
    if "field_delimiter" in properties:
        options.append(f"textfile_field_separator = {text_of(properties['field_delimiter'])}")
    step = Unload(
        query.sql,
        f"{location}/",
        ", ".join(options),
        (*ONE_WRITER, *compression("unload", properties)),
        is_partitioned="partitioned_by" in properties,
    )
    return Translation("DML", "UNLOAD", (step,), query.unread)


def _query(parser: Parser) -> Query:
    """Take the query between the parentheses, which may hold others."""
    parser.expect("UNLOAD", "(")
    if (parser.peek().word or parser.peek().text) not in QUERY_STARTS:
        raise parser.error("<query>")
    depth = 1
    while depth:
        if parser.peek().kind is Kind.END:
            raise parser.error("')'")
        token = parser.take()
        depth += (token.text == "(") - (token.text == ")")
    inside = Parser(parser.text[: token.start])
    inside.expect("UNLOAD", "(")
    return take_query(inside)
