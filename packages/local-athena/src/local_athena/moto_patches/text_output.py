"""Text tables whose output format has Hadoop's name, as Trino is told of them.

Athena gives a table of OpenX's JSON SerDe `IgnoreKeyTextOutputFormat` where the DDL has no STORED
AS. Hive takes it for `HiveIgnoreKeyTextOutputFormat`; Trino knows only this name, and refuses an
INSERT. So Trino is told this one, of tables and of partitions, and everybody else what is stored.
"""

from moto.glue.responses import GlueResponse

from ..sql.storage import OPENX_OUTPUT, TEXT_OUTPUT
from .patching import Patch
from .views import asked_by_trino

PATCH = Patch()


@PATCH.replaces(GlueResponse, "call_action")
def _call_action(original):
    def call_action(response: GlueResponse):
        status, headers, body = original(response)
        if asked_by_trino(response):
            body = body.replace(OPENX_OUTPUT, TEXT_OUTPUT)
        return status, headers, body

    return call_action
