"""The life of a query execution: QUEUED, RUNNING, then SUCCEEDED, FAILED or CANCELLED."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import Failure
from .result_files import location
from .results import Result
from .work_groups import WorkGroup

QUEUED, RUNNING = "QUEUED", "RUNNING"
SUCCEEDED, FAILED, CANCELLED = "SUCCEEDED", "FAILED", "CANCELLED"


@dataclass(frozen=True)
class Statement:
    """What a client asked to run, and what it was translated into.

    `sql` is the query with its values, or the one that a prepared statement stands for.
    """

    query: str
    sql: str
    translation: Any
    work_group: WorkGroup
    results_folder: str | None  # None where Athena keeps the results itself
    context: dict[str, str] = field(default_factory=dict)
    result_configuration: dict[str, Any] = field(default_factory=dict)
    parameters: list[str] | None = None
    refusal: Failure | None = None  # it will fail without being run
    action: Callable[[], Any] | None = None  # to be done instead of running the translation
    reuse_minutes: int | None = None  # how old a result may be that is answered instead

    @property
    def substatement(self) -> str:
        """What kind of statement it is, e.g. SELECT."""
        return self.translation.substatement_type

    @property
    def identity(self) -> tuple:
        """What must be the same in two requests with the same token."""
        location = self.result_configuration.get("OutputLocation")
        return self.query, self.context.get("Catalog"), self.context.get("Database"), location


@dataclass
class Execution:
    """One query execution; `session` runs and counts what it takes on the engine."""

    statement: Statement
    session: Any
    token: str  # of the request, which may be sent again
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = QUEUED
    reason: str | None = None
    failure: Failure | None = None
    result: Result | None = None
    reused: "Execution | None" = None  # whose result this is
    manifest: str | None = None  # where the list of the files is that it wrote
    submitted: float = field(default_factory=time.time)
    started: float | None = None
    completed: float | None = None
    _changing: threading.Lock = field(default_factory=threading.Lock)
    _finished: threading.Event = field(default_factory=threading.Event)

    @property
    def location(self) -> str | None:
        """Where the result is in S3, if it is there."""
        if self.reused or self.statement.results_folder is None:
            return self.reused.location if self.reused else None
        return location(self.statement.results_folder, self.id, self.statement.substatement)

    @property
    def is_finished(self) -> bool:
        """Say whether the state is final."""
        return self.state not in (QUEUED, RUNNING)

    def begin(self) -> bool:
        """Turn QUEUED into RUNNING; answer False if it was cancelled before."""
        with self._changing:
            if self.state == QUEUED:
                self.state, self.started = RUNNING, time.time()
                return True
            return False

    def finish(
        self,
        state: str,
        *,
        reason: str | None = None,
        failure: Failure | None = None,
        result: Result | None = None,
    ) -> bool:
        """Turn to a final state; answer False, and change nothing, if there is one already."""
        with self._changing:
            if self.is_finished:
                return False
            self.reason, self.failure, self.result = reason, failure, result
            self.completed = time.time()
            self.state = state  # last: whoever sees it sees the rest
            self._finished.set()
            return True

    def take_result_of(self, previous: "Execution") -> None:
        """End at once with the result of another execution."""
        self.reused = previous
        self.finish(SUCCEEDED, result=previous.result)

    def wait(self, seconds: float) -> None:
        """Return when the state is final, or when the time is up."""
        self._finished.wait(seconds)
