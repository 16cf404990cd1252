"""Prepared statements, by work group: the store, and the operations of the API."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ..language.errors import NOT_SUPPORTED
from .errors import ApiError, constraint, not_found
from .pages import page
from .work_groups import WorkGroups

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{0,255}")
_KINDS = ("SELECT", "INSERT", "CREATE_TABLE_AS_SELECT", "UNLOAD")


class PreparedStatements:
    """The prepared statements of one endpoint."""

    def __init__(self, engine: Any, groups: WorkGroups) -> None:
        self._engine = engine
        self._groups = groups
        self._statements: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._changing = threading.Lock()

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """Answer the operations by their names."""
        return {
            "CreatePreparedStatement": self.create,
            "GetPreparedStatement": self.get,
            "ListPreparedStatements": self.list,
            "UpdatePreparedStatement": self.update,
            "DeletePreparedStatement": self.delete,
        }

    def ids_of(self, work_group: str) -> list[str]:
        """Answer the names of a work group's statements."""
        return sorted(self._statements[work_group])

    def forget(self, work_group: str) -> None:
        """Remove the statements of a work group."""
        self._statements.pop(work_group, None)

    def find(self, name: str, work_group: str) -> dict[str, Any]:
        """Answer a statement as GetPreparedStatement does."""
        group = self._groups.find(work_group).name
        found = self._statements[group].get(name)
        if found is None:
            message = f"PreparedStatement {name} was not found in workGroup {group}"
            raise not_found(message, name)
        return found

    def check(self, query: str, database: str | None = None) -> None:
        """Refuse what cannot be prepared."""
        if self._engine.translate(query, database).substatement_type not in _KINDS:
            raise ApiError(NOT_SUPPORTED, "MALFORMED_QUERY")

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """Add a statement."""
        self.check(request["QueryStatement"])
        return self.keep(request)

    def keep(self, request: dict[str, Any]) -> dict[str, Any]:
        """Add a statement that has been checked."""
        name, group = request["StatementName"], self._groups.find(request["WorkGroup"]).name
        if not _NAME.fullmatch(name):
            raise constraint("statementName", f"pattern: {_NAME.pattern}")
        with self._changing:
            if name in self._statements[group]:
                raise ApiError(f"PreparedStatement {name} already exists in workGroup {group}")
            self._put(request, {})
        return {}

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give a statement another text."""
        name, group = request["StatementName"], request["WorkGroup"]
        self.find(name, group)
        self.check(request["QueryStatement"])
        with self._changing:
            self._put(request, self.find(name, group))
        return {}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe a statement."""
        return {"PreparedStatement": self.find(request["StatementName"], request["WorkGroup"])}

    def list(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the statements of a work group."""
        statements = self._statements[self._groups.find(request["WorkGroup"]).name]
        shown = [
            {name: statement[name] for name in ("StatementName", "LastModifiedTime")}
            for _, statement in sorted(statements.items())
        ]
        return page("PreparedStatements", shown, request)

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove a statement."""
        with self._changing:
            found = self.find(request["StatementName"], request["WorkGroup"])
            del self._statements[found["WorkGroupName"]][found["StatementName"]]
        return {}

    def _put(self, request: dict[str, Any], before: dict[str, Any]) -> None:
        kept = {**before, **request, "LastModifiedTime": time.time()}
        group = kept["WorkGroupName"] = self._groups.find(kept.pop("WorkGroup")).name
        self._statements[group][request["StatementName"]] = kept
