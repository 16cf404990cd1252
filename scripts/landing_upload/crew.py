"""Several threads at work on files; the first error or a Ctrl-C stops them all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from athena_query import interrupts
from tqdm import tqdm

WORKERS = 8  # requests at a time; one alone seldom fills a line to S3
LOOK_SECONDS = 0.2  # how often a wait looks for a Ctrl-C

Item = TypeVar("Item")
Done = TypeVar("Done")


class Stopped(BaseException):
    """The work is to end; no Exception, so that nobody takes it for an error worth a retry."""


class Crew:
    """Threads that share a flag to stop and a progress bar in bytes."""

    def __init__(self, label: str, total: int) -> None:
        """Show a bar of so many bytes, where stderr is a terminal and there are any."""
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._bar = tqdm(
            total=total,
            desc=label,
            unit="B",
            unit_scale=True,
            disable=None if total else True,
            file=sys.stderr,
        )

    def advance(self, size: int) -> None:
        """Count bytes, fewer if some are sent again. Raises Stopped if the work is to end."""
        if self._stop.is_set():
            raise Stopped
        with self._lock:
            self._bar.update(size)

    def work(self, job: Callable[[Item], Done], items: Iterable[Item]) -> list[Done]:
        """Do the job on every item; return what came out, in the order of the items.

        Raises what a failing job raised, or KeyboardInterrupt, after all have stopped.
        """
        futures: list[Future] = []
        with self._bar, ThreadPoolExecutor(WORKERS) as pool:
            try:
                for item in items:
                    futures.append(pool.submit(self._do, job, item))
                _wait_interruptibly(futures)
            except KeyboardInterrupt:
                self._end(futures)
                raise
        errors = [future.exception() for future in futures]
        for error in errors:
            if error and not isinstance(error, Stopped):
                raise error
        return [future.result() for future in futures]

    def _do(self, job: Callable[[Item], Done], item: Item) -> Done:
        """Do the job; if it fails, no other begins. Raises what it raises, Stopped."""
        self.advance(0)
        try:
            return job(item)
        except BaseException:
            self._stop.set()
            raise

    def _end(self, futures: list[Future]) -> None:
        """Stop all threads and wait for them; a further Ctrl-C leaves the program."""
        try:
            self._stop.set()
            print("\nstopping (Ctrl-C again leaves at once)", file=sys.stderr)
            _wait_interruptibly(futures)
        except KeyboardInterrupt:
            print(
                "\nleft at once: S3 may keep parts of unfinished files, never as objects; "
                "run the same command again to go on",
                file=sys.stderr,
            )
            sys.stderr.flush()
            os._exit(interrupts.EXIT_CODE)  # a plain exit would wait for the threads


def _wait_interruptibly(futures: list[Future]) -> None:
    """Wait for all to end. Raises KeyboardInterrupt.

    A signal that comes just before a wait without end begins is seen only after it.
    """
    while wait(futures, timeout=LOOK_SECONDS).not_done:
        pass
