"""The operations on work groups, and on their tags."""

from collections.abc import Callable
from typing import Any

from .errors import ApiError, not_found
from .pages import page
from .work_groups import DEFAULT, STATES, WorkGroup, WorkGroups


class WorkGroupOperations:
    """Creates, changes and removes work groups."""

    def __init__(self, groups: WorkGroups, *holders: Any) -> None:
        """Take what holds the contents of the work groups: `ids_of` and `forget` a work group."""
        self._groups = groups
        self._holders = holders

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """Answer the operations by their names."""
        return {
            "CreateWorkGroup": self.create,
            "GetWorkGroup": self.get,
            "ListWorkGroups": self.list,
            "UpdateWorkGroup": self.update,
            "DeleteWorkGroup": self.delete,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
        }

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make a work group."""
        name = request["Name"]
        if name in self._groups:
            raise ApiError("WorkGroup is already created")
        configuration = request.get("Configuration") or {}
        group = WorkGroup(name, configuration, request.get("Description", ""))
        group.tags = _pairs(request.get("Tags") or [])
        self._groups[name] = group
        return {}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe a work group."""
        return {"WorkGroup": self._groups.find(request["WorkGroup"]).describe()}

    def list(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the work groups."""
        groups = [group.summary() for group in list(self._groups.values())]
        return page("WorkGroups", groups, request)

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        """Change what a request names, and nothing else."""
        group = self._groups.find(request["WorkGroup"])
        state = request.get("State", group.state)
        if state not in STATES:
            raise ApiError(f"State {state} is none of {', '.join(STATES)}")
        group.configure(_updated(group.configuration, request.get("ConfigurationUpdates") or {}))
        group.state, group.description = state, request.get("Description", group.description)
        return {}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove a work group; one with contents only if the request says so."""
        name = self._groups.find(request["WorkGroup"]).name
        if name == DEFAULT:
            raise ApiError(f"WorkGroup {DEFAULT} cannot be deleted")
        used = any(holder.ids_of(name) for holder in self._holders)
        if used and not request.get("RecursiveDeleteOption"):
            raise ApiError(f"WorkGroup {name} is not empty")
        for holder in self._holders:
            holder.forget(name)
        self._groups.pop(name, None)  # another request may have been faster
        return {}

    def tag(self, request: dict[str, Any]) -> dict[str, Any]:
        """Add tags."""
        self._of_arn(request["ResourceARN"]).tags.update(_pairs(request["Tags"]))
        return {}

    def untag(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove tags."""
        tags = self._of_arn(request["ResourceARN"]).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags(self, request: dict[str, Any]) -> dict[str, Any]:
        """List tags."""
        tags = self._of_arn(request["ResourceARN"]).tags.items()
        return page("Tags", [{"Key": k, "Value": v} for k, v in tags], request, 75)

    def _of_arn(self, arn: str) -> WorkGroup:
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind != "workgroup" or name not in self._groups:
            raise not_found(f"Resource {arn} was not found", arn)
        return self._groups[name]


def _pairs(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def _updated(configuration: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    """Answer a configuration with updates: `XUpdates` change X, `RemoveX` removes X."""
    updated = dict(configuration)
    for name, value in updates.items():
        if name.startswith("Remove"):
            if value:
                updated.pop(name.removeprefix("Remove"), None)
        elif name.endswith("Updates"):
            inner = name.removesuffix("Updates")
            updated[inner] = _updated(updated.get(inner) or {}, value)
        else:
            updated[name] = value
    return updated
