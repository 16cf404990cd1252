"""Glue's DeleteTableVersion: not the current version, and no 500 for an unknown one.

moto deletes whatever it is told to: without its current version a table answers 404 to everything,
though it still exists. AWS does not delete the current version. moto answers 500 to a version that
is not there; AWS says EntityNotFoundException.
"""

from moto.core.responses import EmptyResult
from moto.glue.exceptions import InvalidInputException
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()


@PATCH.replaces(GlueResponse, "delete_table_version")
def _delete_table_version(original):
    def delete_table_version(response: GlueResponse) -> EmptyResult:
        parameters = response.parameters
        table = response.glue_backend.get_table(parameters["DatabaseName"], parameters["TableName"])
        version = parameters["VersionId"]
        table.get_version(version)  # raises EntityNotFoundException
        if version == str(table._current_version):
            raise InvalidInputException(
                "DeleteTableVersion", f"Version {version} is the current version of the table."
            )
        return original(response)

    return delete_table_version
