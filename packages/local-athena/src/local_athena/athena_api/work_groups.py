"""The work groups, which moto keeps, and what they impose on a query."""

from dataclasses import dataclass
from typing import Any

from moto.athena.models import athena_backends
from moto.core import DEFAULT_ACCOUNT_ID

from ..environment import REGION
from .errors import ApiError

DEFAULT = "primary"

_NO_LOCATION = (
    "No output location provided. You did not provide an output location for  your query results. "
    "Either specify an S3 bucket location or enable Athena managed query results in your "
    "workgroup settings."
)


@dataclass(frozen=True)
class WorkGroup:
    """What a work group says about the queries in it."""

    name: str
    output_location: str | None
    enforced: bool
    scan_limit: int | None

    def location(self, asked: str | None) -> str:
        """Answer the folder of the results, given the one that the request asks for."""
        own_first = self.enforced or not asked
        location = (self.output_location or asked) if own_first else asked
        if not location:
            raise ApiError(_NO_LOCATION)
        if not location.startswith("s3://") or not location.removeprefix("s3://").strip("/"):
            raise ApiError("outputLocation is not a valid S3 path.")
        return location


def describe(name: str) -> dict[str, Any]:
    """Answer what GetWorkGroup says; moto answers null for one that is not there."""
    found = athena_backends[DEFAULT_ACCOUNT_ID][REGION].get_work_group(name)
    if not found:
        raise ApiError("WorkGroup is not found.")
    return {key: value for key, value in found.items() if value not in (None, "")}


def find(name: str | None) -> WorkGroup:
    """Look a work group up."""
    configuration = describe(name or DEFAULT)["Configuration"]
    results = configuration.get("ResultConfiguration") or {}
    return WorkGroup(
        name=name or DEFAULT,
        output_location=results.get("OutputLocation"),
        enforced=configuration.get("EnforceWorkGroupConfiguration", False),
        scan_limit=configuration.get("BytesScannedCutoffPerQuery"),
    )
