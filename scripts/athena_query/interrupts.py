"""Ctrl-C at the moments when it must wait, and kills that end a command as Ctrl-C does."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
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

    try:
        with _handled_by(hold):
            yield
    finally:
        if came:
            raise KeyboardInterrupt


@contextmanager
def remembered() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if a Ctrl-C or a kill came in the block.

    It is raised at once, too, but gets lost where Python happens to finalize an object.
    """
    came = False

    def remember(number: int, frame: object) -> None:
        nonlocal came
        came = True
        signal.default_int_handler(number, frame)

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    with _handled_by(remember):
        yield check


@contextmanager
def _handled_by(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Have another handler for Ctrl-C and kills; one that is ignored stays ignored."""
    raising = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is signal.default_int_handler
    ]
    for number in raising:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)
