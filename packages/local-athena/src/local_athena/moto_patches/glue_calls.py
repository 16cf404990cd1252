"""Glue answers one call at a time.

moto checks and then writes, without a lock: of two writers that create the same table, or update
the same version of one, both may be told that they did, and a list that is read while a table comes
or goes may end in a 500. AWS's operations are atomic.
"""

import threading

from moto.core.responses import BaseResponse
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()
_calling = threading.Lock()


@PATCH.replaces(GlueResponse, "call_action")
def _call_action(_: object):
    def call_action(response: GlueResponse):
        with _calling:
            return BaseResponse.call_action(response)

    return call_action
