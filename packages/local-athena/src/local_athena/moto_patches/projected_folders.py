"""Folders of projected partitions, named as the values are.

Trino escapes some characters of a value, such as the colon of a time, in the folder that it takes
for a projected partition: `dt=2026-01-01 10%3A00`. Athena does not (AWS, "Set up partition
projection": `.../key=value/`), so that Trino finds no file and, without a word, no row. It escapes
nothing where a table names its folders in `storage.location.template`; so Trino is told one.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.glue.responses import GlueResponse

from .patching import Patch
from .views import asked_by_trino

PATCH = Patch()
_TEMPLATE = "storage.location.template"


@PATCH.replaces(GlueResponse, "get_table")
def _get_table(original):
    def get_table(response: GlueResponse) -> ActionResult:
        answer = original(response)
        if asked_by_trino(response):
            answer.result["Table"] = _with_template(answer.result["Table"])
        return answer

    return get_table


def _with_template(table: dict[str, Any]) -> dict[str, Any]:
    parameters = table.get("Parameters") or {}
    location = (table.get("StorageDescriptor") or {}).get("Location")
    is_projected = parameters.get("projection.enabled", "").lower() == "true"
    if not is_projected or not location or _TEMPLATE in parameters:
        return table
    folders = [f"{key['Name']}=${{{key['Name']}}}" for key in table.get("PartitionKeys") or []]
    template = "/".join([location.rstrip("/"), *folders])
    return {**table, "Parameters": {**parameters, _TEMPLATE: template}}
