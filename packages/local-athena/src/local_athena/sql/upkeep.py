"""The statements that keep tables in order: OPTIMIZE, VACUUM, MSCK REPAIR TABLE."""

from ..language.names import hive_name
from ..language.parser import Parser
from .alter_steps import RepairPartitions
from .queries import take_query
from .steps import Optimize, Translation, Vacuum


def optimize(parser: Parser, context: str) -> Translation:
    """Translate what follows OPTIMIZE; AWS classifies it like the CTAS that it is inside."""
    table = hive_name(parser, context).table()
    parser.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    predicate = None
    if parser.accept("WHERE"):
        if not parser.tokens_left():
            raise parser.error("<expression>")
        predicate = take_query(parser, before="DELETE FROM checked WHERE")
    parser.expect_end()
    step = Optimize(table, predicate and predicate.sql)
    return Translation("DDL", "CREATE_TABLE_AS_SELECT", (step,), predicate and predicate.unread)


def vacuum(parser: Parser, context: str) -> Translation:
    """Translate what follows VACUUM; AWS classifies it as DML."""
    table = hive_name(parser, context).table()
    parser.expect_end()
    return Translation("DML", "VACUUM_TABLE", (Vacuum(table),))


def repair(parser: Parser, context: str) -> Translation:
    """Translate what follows MSCK."""
    parser.expect("REPAIR", "TABLE")
    table = hive_name(parser, context).table()
    parser.expect_end()
    return Translation("DDL", "MSCK_REPAIR", (RepairPartitions(table),))
