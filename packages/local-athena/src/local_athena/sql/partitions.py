"""PARTITION (key = value, …) in ALTER TABLE."""

from ..language.lexer import Kind
from ..language.names import column_name
from ..language.parser import NUMBER, STRING, Parser
from ..strictness import locations
from .alter_steps import PartitionSpec


def partition_specs(parser: Parser) -> tuple[PartitionSpec, ...]:
    """Read one or more partitions, each with its LOCATION if it has one."""
    specs = [_partition_spec(parser)]
    while parser.accept(",") or parser.at("PARTITION"):
        specs.append(_partition_spec(parser))
    return tuple(specs)


def _partition_spec(parser: Parser) -> PartitionSpec:
    parser.expect("PARTITION")
    values = tuple(parser.in_parentheses(lambda: _key_value(parser)))
    location = locations.check(parser.string()) if parser.accept("LOCATION") else None
    return PartitionSpec(values, location)


def _key_value(parser: Parser) -> tuple[str, str]:
    key = column_name(parser).lower()
    parser.expect("=")
    if parser.peek().kind is Kind.NUMBER:
        return key, parser.take().text
    if parser.peek().kind not in (Kind.STRING, Kind.QUOTED):
        raise parser.error(NUMBER, STRING)
    return key, parser.string()
