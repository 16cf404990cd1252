"""Tables as Trino is told of them: views recognisable, Iceberg tables without dropped columns.

Trino takes a table of Glue for one of its views only if its comment is "Presto View", and reads
Description as the comment. dbt's persist_docs sets both to the model's description, after which
Trino neither reads nor replaces the view; Athena does both. So Trino, known by the Java SDK in its
User-Agent, is told the comment it looks for, and everybody else what was stored.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.glue.responses import GlueResponse

from ..catalog import glue_tables
from .patching import Patch

PATCH = Patch()


def _for_trino(table: dict[str, Any]) -> dict[str, Any]:
    parameters = table.get("Parameters") or {}
    if table.get("TableType") != "VIRTUAL_VIEW" or parameters.get("presto_view") != "true":
        return _without_dropped_columns(table)
    seen = {**table, "Parameters": {**parameters, "comment": "Presto View"}}
    seen.pop("Description", None)
    return seen


def _without_dropped_columns(table: dict[str, Any]) -> dict[str, Any]:
    if not glue_tables.is_iceberg(table) or not table.get("StorageDescriptor"):
        return table
    descriptor = {**table["StorageDescriptor"], "Columns": glue_tables.columns(table)}
    return {**table, "StorageDescriptor": descriptor}


def asked_by_trino(response: GlueResponse) -> bool:
    """Return whether a request is one of Trino's."""
    return "aws-sdk-java" in response.headers.get("User-Agent", "")


@PATCH.replaces(GlueResponse, "get_table")
def _get_table(original):
    def get_table(response: GlueResponse) -> ActionResult:
        answer = original(response)
        if asked_by_trino(response):
            answer.result["Table"] = _for_trino(answer.result["Table"])
        return answer

    return get_table


@PATCH.replaces(GlueResponse, "get_tables")
def _get_tables(original):
    def get_tables(response: GlueResponse) -> ActionResult:
        answer = original(response)
        if asked_by_trino(response):
            answer.result["TableList"] = [_for_trino(t) for t in answer.result["TableList"]]
        return answer

    return get_tables
