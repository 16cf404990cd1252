"""Named queries: texts that are kept for people, and never run by Athena itself."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

from .errors import ApiError
from .pages import page
from .work_groups import WorkGroups

MAX_LISTED = 50


class NamedQueries:
    """The named queries of one endpoint."""

    def __init__(self, groups: WorkGroups) -> None:
        self._groups = groups
        self._queries: dict[str, dict[str, Any]] = {}
        self._by_token: dict[str, tuple[str, dict[str, Any]]] = {}  # and what was asked for
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """Answer the operations by their names."""
        return {
            "CreateNamedQuery": self.create,
            "GetNamedQuery": self.get,
            "BatchGetNamedQuery": self.batch_get,
            "ListNamedQueries": self.list,
            "UpdateNamedQuery": self.update,
            "DeleteNamedQuery": self.delete,
        }

    def ids_of(self, work_group: str) -> list[str]:
        """Answer the ids of a work group's queries."""
        return [i for i, query in list(self._queries.items()) if query["WorkGroup"] == work_group]

    def forget(self, work_group: str) -> None:
        """Remove the queries of a work group."""
        for query_id in self.ids_of(work_group):
            self._queries.pop(query_id, None)

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """Keep a query; the same token gives the same one."""
        query_id = str(uuid.uuid4())
        query = {name: request[name] for name in ("Name", "Database", "QueryString")}
        query |= _description(request)
        query["WorkGroup"] = self._groups.find(request.get("WorkGroup")).name
        token = request.get("ClientRequestToken", query_id)
        with self._lock:
            known, asked = self._by_token.get(token, ("", {}))
            if known in self._queries:
                if asked != query:
                    raise ApiError(
                        "Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH"
                    )
                return {"NamedQueryId": known}
            self._by_token[token] = query_id, query
            self._queries[query_id] = {**query, "NamedQueryId": query_id}
        return {"NamedQueryId": query_id}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe a query."""
        return {"NamedQuery": self._find(request["NamedQueryId"])}

    def batch_get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe several queries."""
        found, missing = [], []
        for query_id in request["NamedQueryIds"]:
            try:
                found.append(self._find(query_id))
            except ApiError as error:
                code, message = error.body["ErrorCode"], str(error)
                missing.append(
                    {"NamedQueryId": query_id, "ErrorCode": code, "ErrorMessage": message}
                )
        return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}

    def list(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the ids of a work group's queries."""
        ids = self.ids_of(self._groups.find(request.get("WorkGroup")).name)
        return page("NamedQueryIds", ids, request, MAX_LISTED)

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give a query another name and text."""
        changed = {name: request[name] for name in ("Name", "QueryString")}
        self._find(request["NamedQueryId"]).update(changed | _description(request))
        return {}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove a query."""
        self._find(request["NamedQueryId"])
        self._queries.pop(request["NamedQueryId"], None)
        return {}

    def _find(self, query_id: str) -> dict[str, Any]:
        try:
            return self._queries[query_id]
        except KeyError:
            raise ApiError(f"NamedQuery {query_id} was not found") from None


def _description(request: dict[str, Any]) -> dict[str, str]:
    return {"Description": request["Description"]} if "Description" in request else {}
