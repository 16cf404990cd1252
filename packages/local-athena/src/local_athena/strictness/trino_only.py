"""What only Trino has: its other catalogs, some of Iceberg's metadata tables, inline functions.

The catalogs `iceberg` and `unload` are a part of this emulation and do not exist on AWS; tables of
`system` are "Queries of this type are not supported" there (measured). Athena documents six
metadata tables of Iceberg ("Query Iceberg table metadata"): $files, $manifests, $history,
$partitions, $snapshots and $refs; Trino has more.
"""

from ..language.errors import NOT_SUPPORTED, InvalidRequest
from ..language.lexer import Kind, Token, position

_TRINO_METADATA_TABLES = (
    *("properties", "entries", "all_entries", "all_manifests"),
    "metadata_log_entries",
)
_BEFORE_A_TABLE = ("FROM", "JOIN", "INTO", "UPDATE", "USING", "TABLE", ",", "(")


def check(text: str, tokens: list[Token]) -> None:
    """Refuse a query that reads what Athena does not have."""
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        if before and (before.word or before.text) in _BEFORE_A_TABLE:
            _check_catalog(text, token, tokens[index + 1 : index + 5])
        if token.kind is Kind.QUOTED:
            _check_metadata_table(token)
    _check_inline_functions(text, tokens)


def _check_catalog(text: str, first: Token, following: list[Token]) -> None:
    """Refuse `iceberg.database.table`, `unload.…` and `system.schema.table`."""
    name = first.value.lower()
    if name not in ("iceberg", "unload", "system"):
        return
    if [token.text for token in following[::2]] != [".", "."]:
        return
    if name == "system":
        raise InvalidRequest(NOT_SUPPORTED)
    where = position(text, first.start)
    raise InvalidRequest(f"CATALOG_NOT_FOUND: line {where}: Catalog '{name}' does not exist")


def _check_metadata_table(token: Token) -> None:
    table, _, metadata = token.value.lower().rpartition("$")
    if table and metadata in _TRINO_METADATA_TABLES:
        raise InvalidRequest(NOT_SUPPORTED)


def _check_inline_functions(text: str, tokens: list[Token]) -> None:
    """Refuse `WITH FUNCTION name(…) RETURNS …` and `WITH SESSION name = …`."""
    words = [token.word for token in tokens[:3]]
    if words[:2] in (["WITH", "FUNCTION"], ["WITH", "SESSION"]) and words[2:] != ["AS"]:
        where = position(text, tokens[1].start)
        raise InvalidRequest(
            f"line {where}: mismatched input '{tokens[1].text}'."
            " Expecting: 'RECURSIVE', <identifier>"
        )
