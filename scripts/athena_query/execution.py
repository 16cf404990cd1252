"""One statement in Athena from start to end: starting, waiting, stopping."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from . import interrupts
from .session import ATTEMPTS, Problem, error_code, explain, sentence

SUCCEEDED, FAILED, CANCELLED = FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling")


@dataclass(frozen=True)
class Patience:
    """How often a request is sent, and seconds to wait: for busy Athena, between two polls."""

    attempts: int = ATTEMPTS
    start_waits: tuple[float, ...] = (5.0, 10.0, 20.0, 40.0, 60.0)
    first_poll: float = 0.2
    poll_growth: float = 1.5
    longest_poll: float = 2.0


@dataclass(frozen=True)
class Execution:
    """What Athena says of a query: its kind is DML, DDL, UTILITY or "" (unknown), sizes are bytes.

    EXPLAIN is UTILITY here: Athena documents it so, but may answer DML.
    """

    id: str
    state: str
    reason: str
    kind: str
    scanned_bytes: int

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> Execution:
        """Read an answer of GetQueryExecution."""
        execution = answer["QueryExecution"]
        status = execution["Status"]
        is_explain = execution.get("SubstatementType", "").startswith("EXPLAIN")
        said = status.get("StateChangeReason") or status.get("AthenaError", {}).get("ErrorMessage")
        return cls(
            id=execution["QueryExecutionId"],
            state=status["State"],
            reason=(said or "").strip(),
            kind="UTILITY" if is_explain else execution.get("StatementType", ""),
            scanned_bytes=execution.get("Statistics", {}).get("DataScannedInBytes", 0),
        )


class Query:
    """A statement that is to run in Athena; `id` is None until Athena has accepted it."""

    def __init__(self, client: Any, request: dict[str, Any], patience: Patience) -> None:
        """Take the arguments of StartQueryExecution."""
        self.id: str | None = None
        self._client = client
        self._patience = patience
        # With one token Athena starts one query, however often it is asked.
        self._request = request | {"ClientRequestToken": str(uuid.uuid4())}

    def start(self) -> None:
        """Start the query, later if Athena is busy.

        A Ctrl-C that comes while Athena answers is raised when `id` is known.
        Raises ClientError or BotoCoreError when Athena does not take the query.
        """
        for wait_seconds in (*self._patience.start_waits, None):
            try:
                with interrupts.held("waiting for Athena's answer (Ctrl-C again leaves at once)"):
                    answer = self._client.start_query_execution(**self._request)
                    self.id = answer["QueryExecutionId"]
                return
            except ClientError as error:
                if wait_seconds is None or error_code(error) not in THROTTLED:
                    raise
                note = f"Athena is busy ({sentence(error)}); next attempt in {wait_seconds:g} s"
                print(note, file=sys.stderr)
            time.sleep(wait_seconds)

    def wait(self, show: Callable[[Execution], None]) -> Execution:
        """Wait until the query has ended; `show` sees what Athena says of it each time.

        Raises Problem when Athena does not answer any more.
        """
        seconds = self._patience.first_poll
        with interrupts.remembered() as check_interrupt:
            while True:
                execution = self._ask()
                show(execution)
                if execution.state in FINAL:
                    return execution
                check_interrupt()
                time.sleep(seconds)
                seconds = min(seconds * self._patience.poll_growth, self._patience.longest_poll)

    def _ask(self) -> Execution:
        try:
            answer = self._client.get_query_execution(QueryExecutionId=self.id)
        except (ClientError, BotoCoreError) as error:
            problem = explain(error, f"query {self.id} was accepted, but cannot be watched")
            raise Problem(f"{problem}. It may still run; {self.by_hand}") from error
        return Execution.from_answer(answer)

    def stop(self) -> Execution:
        """Cancel the query and wait for its end, which may be another if that came first.

        Raises Problem when Athena refuses or does not answer any more.
        """
        try:
            self._client.stop_query_execution(QueryExecutionId=self.id)
        except (ClientError, BotoCoreError) as error:
            problem = explain(error, f"query {self.id} could not be stopped")
            raise Problem(f"{problem}. It may still run; {self.by_hand}") from error
        return self.wait(lambda _: None)

    @property
    def by_hand(self) -> str:
        """How to stop the query without this script."""
        return f"to stop it: aws athena stop-query-execution --query-execution-id {self.id}"
