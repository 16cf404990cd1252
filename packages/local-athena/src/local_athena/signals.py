"""SIGINT, SIGTERM and SIGHUP as an exception, raised once."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants this process to stop."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted at the first signal; further ones do not disturb the stopping.

    A SIGHUP that the caller ignores (nohup) stays ignored.
    """
    before = {signum: signal.getsignal(signum) for signum in STOPPING}
    nohup = before[signal.SIGHUP] == signal.SIG_IGN
    caught = [signum for signum in STOPPING if not (nohup and signum == signal.SIGHUP)]
    for signum in caught:
        signal.signal(signum, interrupt)
    try:
        yield
    finally:
        for signum in caught:
            signal.signal(signum, before[signum])


def interrupt(signum: int, frame: FrameType | None) -> None:
    """Handle the first signal."""
    hold()
    raise Interrupted(signum)


def hold() -> None:
    """Let no signal disturb what follows."""
    for signum in STOPPING:
        signal.signal(signum, signal.SIG_IGN)


def wait_for(process: subprocess.Popen) -> int:
    """Wait for the end of a process; return its exit code.

    Not in one long wait, which a signal that another thread receives would not end.
    """
    while (code := process.poll()) is None:
        time.sleep(0.1)
    return code
