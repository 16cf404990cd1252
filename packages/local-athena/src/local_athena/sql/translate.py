"""One statement of Athena's SQL to the steps that run it here.

Athena hands some statements to a grammar of Hive and the others to one of Trino; which one it is
shows in quotes, strings and messages. What is in neither, or only in Trino's and not in Athena's
documentation, is refused: nothing passes to Trino because it is unknown here.
"""

from collections.abc import Callable
from dataclasses import replace

from ..language.errors import NOT_SUPPORTED, InvalidRequest
from ..language.names import context_database
from ..language.parser import Parser
from ..strictness import query_size
from . import definitions, queries, show, unload, upkeep
from .grammars import is_hive
from .statements import single_statement
from .steps import Translation

# Athena's own list, measured on AWS; it names more than Athena runs.
_STARTS = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY',"
    " 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE',"
    " 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UNLOAD',"
    " 'UPDATE', 'USE', <query>"
)
_REFUSED = (
    *("ANALYZE", "CALL", "COMMENT", "COMMIT", "DENY", "GRANT", "REFRESH", "RESET", "REVOKE"),
    *("ROLLBACK", "SET", "START", "TRUNCATE", "USE"),
    *("PREPARE", "EXECUTE", "DEALLOCATE"),  # in PREPARE; see prepared
)


def translate(sql: str, database: str | None) -> Translation:
    """Return what becomes of a statement, which runs in a database. Raises InvalidRequest."""
    query_size.check(sql)
    context = context_database(database)
    return replace(_translate(single_statement(sql), context), database=context)


def _translate(text: str, database: str) -> Translation:
    parser = Parser(text, is_hive(text))
    start = parser.peek().word
    if start in _QUERIES:
        return _QUERIES[start](parser)
    if parser.at("("):
        return queries.select(parser)
    if start in _IN_DATABASE:
        return _IN_DATABASE[start](parser, database)
    if start in _REFUSED:
        raise InvalidRequest(NOT_SUPPORTED)
    raise parser.error(_STARTS)


def _after_first_word(
    translator: Callable[[Parser, str], Translation],
) -> Callable[[Parser, str], Translation]:
    def translated(parser: Parser, database: str) -> Translation:
        parser.take()
        return translator(parser, database)

    return translated


_QUERIES: dict[str, Callable[[Parser], Translation]] = {
    **dict.fromkeys(("SELECT", "WITH", "VALUES", "TABLE"), queries.select),
    "EXPLAIN": queries.explain,
    "UNLOAD": unload.unload,
}
_IN_DATABASE: dict[str, Callable[[Parser, str], Translation]] = {
    **dict.fromkeys(("INSERT", "UPDATE", "DELETE", "MERGE"), queries.write),
    "CREATE": definitions.create,
    "DROP": definitions.drop,
    "ALTER": definitions.alter,
    "SHOW": _after_first_word(show.show),
    "DESCRIBE": _after_first_word(show.describe),
    "DESC": _after_first_word(show.describe),
    "OPTIMIZE": _after_first_word(upkeep.optimize),
    "VACUUM": _after_first_word(upkeep.vacuum),
    "MSCK": _after_first_word(upkeep.repair),
}
