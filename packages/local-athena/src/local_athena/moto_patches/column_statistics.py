"""Glue's column statistics: known, and always empty.

moto has none of the six operations and answers 500. Trino calls Update or Delete after every CTAS
and INSERT into a Hive table, whatever its statistics settings, and the statement fails after the
AWS SDK's retries. AWS stores what it is given; nothing here would read it, so nothing is stored.
"""

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()


def _existing_table(response: GlueResponse) -> None:
    parameters = response.parameters
    response.glue_backend.get_table(parameters["DatabaseName"], parameters["TableName"])


def _get(response: GlueResponse) -> ActionResult:
    _existing_table(response)
    return ActionResult({"ColumnStatisticsList": [], "Errors": []})


def _update(response: GlueResponse) -> ActionResult:
    _existing_table(response)
    return ActionResult({"Errors": []})


def _delete(response: GlueResponse) -> ActionResult:
    _existing_table(response)
    return EmptyResult()


for _verb, _answer in (("get", _get), ("update", _update), ("delete", _delete)):
    for _kind in ("table", "partition"):
        _name = f"{_verb}_column_statistics_for_{_kind}"
        PATCH.replaces(GlueResponse, _name)(lambda _, answer=_answer: answer)
