"""One process at a time."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def locked(file: Path, waiting: str | None = None) -> Iterator[None]:
    """Let one process at a time in; the kernel takes the lock from one that is killed.

    `waiting` is what the others are told before they wait.
    """
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                logger.info(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
