"""Ctrl-C at the moments when it must wait, and kills that end a command as Ctrl-C does."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_CODE = 130


@contextmanager
def kill_is_interrupt() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt while the block runs, so that it cleans up."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def held(note: str) -> Iterator[None]:
    """Hold Ctrl-C and kills back until the block ends; a second one is raised at once.

    The note is shown on stderr when the first one comes.
    Raises KeyboardInterrupt at the end of the block if one came.
    """
    came = False

    def hold(_signal: int, _frame: object) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True
        print(f"\n{note}", file=sys.stderr)

    # A signal that the caller has set to be ignored stays ignored.
    raising = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is signal.default_int_handler
    ]
    for number in raising:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)
        if came:
            raise KeyboardInterrupt
