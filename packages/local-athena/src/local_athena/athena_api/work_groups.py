"""The work groups: what they impose on a query."""

import time
from dataclasses import dataclass, field
from typing import Any

from . import result_settings
from .errors import ApiError

DEFAULT = "primary"
ENGINES = ("AUTO", "Athena engine version 3")
ENGINE = {"SelectedEngineVersion": ENGINES[0], "EffectiveEngineVersion": ENGINES[1]}
STATES = ("ENABLED", "DISABLED")

_NO_LOCATION = (
    "No output location provided. You did not provide an output location for  your query results. "
    "Either specify an S3 bucket location or enable Athena managed query results in your "
    "workgroup settings."
)
_MANAGED = "ResultConfiguration cannot be set where ManagedQueryResultsConfiguration is enabled"
_DEFAULTS = {
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
    "EnableMinimumEncryptionConfiguration": False,
    "ResultConfiguration": {},
}


@dataclass
class WorkGroup:
    """A work group and its configuration, as GetWorkGroup answers it."""

    name: str
    configuration: dict[str, Any]
    description: str = ""
    state: str = "ENABLED"
    tags: dict[str, str] = field(default_factory=dict)
    created: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.configure(self.configuration)

    def configure(self, configuration: dict[str, Any]) -> None:
        """Check a configuration and make it this one's."""
        engine = ENGINE | (configuration.get("EngineVersion") or {})
        selected = engine["SelectedEngineVersion"]
        if selected not in ENGINES:
            raise ApiError(f"Engine version {selected} is not one of {', '.join(ENGINES)}")
        results = configuration.get("ResultConfiguration") or {}
        result_settings.check(results)
        managed = configuration.get("ManagedQueryResultsConfiguration") or {}
        if managed.get("Enabled") and results.get("OutputLocation"):
            raise ApiError("A work group with managed query results cannot have an OutputLocation")
        engine = ENGINE | {"SelectedEngineVersion": selected}
        self.configuration = {**_DEFAULTS, **configuration, "EngineVersion": engine}

    @property
    def enforced(self) -> bool:
        """Say whether the settings of a request do not count."""
        return self.configuration["EnforceWorkGroupConfiguration"]

    @property
    def managed(self) -> bool:
        """Say whether results are kept by Athena, and not in S3."""
        managed = self.configuration.get("ManagedQueryResultsConfiguration") or {}
        return bool(managed.get("Enabled"))

    @property
    def scan_limit(self) -> int | None:
        """Answer how many bytes a query may read."""
        return self.configuration.get("BytesScannedCutoffPerQuery")

    def results(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer the ResultConfiguration that counts, given the one that a request asks for.

        Where a work group enforces its own, of a request at most the place counts: where the work
        group has none. Raises ApiError.
        """
        if self.managed:
            if asked:
                raise ApiError(_MANAGED)
            return {}
        own = self.configuration["ResultConfiguration"] or {}
        if self.enforced:
            asked = {k: v for k, v in asked.items() if k == "OutputLocation" and k not in own}
        counts = {**own, **asked}
        if not counts.get("OutputLocation"):
            raise ApiError(_NO_LOCATION)
        result_settings.check(counts)
        return counts

    def describe(self) -> dict[str, Any]:
        """Answer what GetWorkGroup says."""
        description = {"Description": self.description} if self.description else {}
        return {
            "Name": self.name,
            "State": self.state,
            "Configuration": self.configuration,
            "CreationTime": self.created,
            **description,
        }

    def summary(self) -> dict[str, Any]:
        """Answer what ListWorkGroups says."""
        described = self.describe()
        return {**described, "EngineVersion": described.pop("Configuration")["EngineVersion"]}


class WorkGroups(dict[str, WorkGroup]):
    """The work groups by their names, the primary one among them."""

    def __init__(self) -> None:
        super().__init__()
        self[DEFAULT] = WorkGroup(DEFAULT, {"EnforceWorkGroupConfiguration": False})

    def find(self, name: str | None) -> WorkGroup:
        """Look a work group up; the primary one if there is no name."""
        try:
            return self[name or DEFAULT]
        except KeyError:
            raise ApiError("WorkGroup is not found.") from None
