"""Ends a dbt run before it is done: a killed process, or a statement that fails."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock

import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper


@contextmanager
def at_statement(
    number: int, act: Callable[[], object], text: str = "", cursors: type = DuckDBCursorWrapper
) -> Iterator[None]:
    """Let something happen before the statement of this number, from 1 on, of those with a text.

    On DuckDB, or on the engine that an adapter's class of cursors sends statements to.
    """
    execute, numbers, lock = cursors.execute, count(1), Lock()

    def counted(cursor: object, sql: str, *arguments: object, **how: object) -> object:
        with lock:
            is_it = text in sql and next(numbers) == number
        if is_it:
            act()
        return execute(cursor, sql, *arguments, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cursors, "execute", counted)
        yield


def kill() -> None:
    """End this process as the kernel does that has no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(run: Callable[[], object], kill_after: float | None = None) -> bool:
    """Run something in a copy of this process, which is killed after some seconds.

    A copy, as a new process would first load dbt and read the project for seconds.

    Returns: whether it was killed, by itself or after that time.
    """
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)  # nothing of this process may be ended twice
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
