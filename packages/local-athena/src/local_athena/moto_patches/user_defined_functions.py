"""Glue's user-defined functions: there are none.

moto does not know the operations and answers 500, which Trino retries. Trino asks for the functions
of a schema when it resolves a function that is not built in, and for SHOW FUNCTIONS.
"""

from moto.core.responses import ActionResult
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()


@PATCH.replaces(GlueResponse, "get_user_defined_functions")
def _get_all(_: object):
    return lambda response: ActionResult({"UserDefinedFunctions": []})


@PATCH.replaces(GlueResponse, "get_user_defined_function")
def _get_one(_: object):
    def get_user_defined_function(response: GlueResponse) -> ActionResult:
        name = response.parameters["FunctionName"]
        raise EntityNotFoundException(f"Cannot find function: {name}.")

    return get_user_defined_function
