"""Glue holds the same data in every region.

moto keeps one Glue per region, as AWS does. Here one Trino reads one Glue, in a region of its own,
so that a client with another region in its profile would see an empty catalog.
"""

from moto.glue.models import glue_backends
from moto.glue.responses import GlueResponse

from ..environment import REGION
from .patching import Patch

PATCH = Patch()


@PATCH.replaces(GlueResponse, "glue_backend")
def _glue_backend(_: object) -> property:
    return property(lambda response: glue_backends[response.current_account][REGION])
