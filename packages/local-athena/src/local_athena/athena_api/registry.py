"""The query executions by their id and by the token of the request that started them."""

import threading
from collections.abc import Iterator

from .errors import ApiError
from .executions import Execution

# Athena remembers for 45 days. These bound the memory: an execution holds its query text, its
# result up to 128 KiB (rows.py) or an open file.
MAX_EXECUTIONS = 2000
MAX_RESULTS = 500


class Registry:
    """Remembers the newest executions, and the results of the newest of these."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Execution] = {}
        self._by_token: dict[str, Execution] = {}

    def add(self, execution: Execution) -> Execution:
        """Add an execution, or answer the one that the same request has started before."""
        with self._lock:
            known = self._by_token.setdefault(execution.token, execution)
            if known is execution:
                self._by_id[execution.id] = execution
                self._forget_oldest()
            elif known.statement.identity != execution.statement.identity:
                raise ApiError(
                    "Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH"
                )
            return known

    def get(self, execution_id: str) -> Execution:
        """Answer an execution."""
        try:
            return self._by_id[execution_id]
        except KeyError:
            raise ApiError(
                f"QueryExecution {execution_id} was not found", "QUERY_EXECUTION_NOT_FOUND"
            ) from None

    def newest_first(self) -> Iterator[Execution]:
        """Answer all executions."""
        with self._lock:
            return reversed(list(self._by_id.values()))

    def ids_of(self, work_group: str) -> list[str]:
        """Answer the ids of a work group's executions, the newest first."""
        return [e.id for e in self.newest_first() if e.statement.work_group.name == work_group]

    def forget(self, work_group: str) -> list[Execution]:
        """Forget the executions of a work group; answer them."""
        with self._lock:
            gone = [e for e in self._by_id.values() if e.statement.work_group.name == work_group]
            for execution in gone:
                del self._by_id[execution.id], self._by_token[execution.token]
        return gone

    def _forget_oldest(self) -> None:
        finished = [e for e in self._by_id.values() if e.is_finished]
        for execution in finished[:-MAX_RESULTS]:
            execution.result = None
        for execution in finished[:-MAX_EXECUTIONS]:
            del self._by_id[execution.id], self._by_token[execution.token]
