"""Glue's UpdateTable: optimistic locking, SkipArchive, a bounded number of versions.

moto ignores VersionId, so of two writers that read the same version the last one wins and the other
one's Iceberg commit is lost without an error. AWS refuses the second one with
ConcurrentModificationException (HTTP 400), on which Trino and dbt retry the commit. That nobody
writes between the check and the write is what glue_calls is for. An error is raised, because moto
answers 200 to a returned status.

moto ignores SkipArchive and keeps every version: each Iceberg commit is one. AWS keeps the replaced
version only when it is asked to archive it.
"""

from moto.core.responses import EmptyResult
from moto.glue.exceptions import GlueClientError
from moto.glue.models import FakeTable
from moto.glue.responses import GlueResponse

from .patching import Patch

# AWS keeps 100,000 versions of a table. Nobody reads that many here, and each is a copy of the
# whole table definition in memory.
MAX_VERSIONS = 100

PATCH = Patch()


class ConcurrentModificationException(GlueClientError):
    """The table has changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            "ConcurrentModificationException",
            "Update table failed due to concurrent modifications.",
        )


@PATCH.replaces(GlueResponse, "update_table")
def _update_table(_: object):
    def update_table(response: GlueResponse) -> EmptyResult:
        parameters = response.parameters
        new, expected = parameters["TableInput"], parameters.get("VersionId")
        table = response.glue_backend.get_table(parameters["DatabaseName"], new["Name"])
        current = str(table._current_version)
        if expected not in (None, current):
            raise ConcurrentModificationException
        table.update(new)
        if parameters.get("SkipArchive"):
            table.versions.pop(current, None)
        _forget_oldest_versions(table)
        return EmptyResult()

    return update_table


def _forget_oldest_versions(table: FakeTable) -> None:
    for version in sorted(table.versions, key=int)[:-MAX_VERSIONS]:
        del table.versions[version]
