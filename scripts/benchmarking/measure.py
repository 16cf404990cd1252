"""What a command costs: time, memory, bytes; of its whole process tree, on Linux."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stedi.command import Problem

import psutil

SAMPLE_SECONDS = 0.05  # between two looks at the memory; a look takes a few milliseconds
GRACE_SECONDS = 20  # for a local Athena to end its Trino


@dataclass(frozen=True)
class Cost:
    """What a command took.

    wall_s: seconds from its start to its end. peak_bytes: the most memory (resident set) that it
    and its children had at one time, looked at each 50 ms. read_bytes, written_bytes: what
    read and write calls moved (rchar and wchar of /proc/PID/io), so files from the cache count, and
    pipes, but no memory mapping; of children only if their parent waited for them.
    """

    wall_s: float
    peak_bytes: int
    read_bytes: int
    written_bytes: int


def measure(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> tuple[Cost, str]:
    """Run a command in a folder; return its cost and what it wrote to stdout.

    Its stderr goes to the log, and so does stdout. Raises Problem if it fails, and ends it with all
    its children if interrupted.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    out = log.with_suffix(".out")
    with log.open("w", encoding="utf-8") as errors, out.open("w", encoding="utf-8") as output:
        start = time.monotonic()
        # A group of its own: a Ctrl-C of the terminal is for us, who end
        # it in order, once we know it.
        interrupts: list[object] = []
        handler = signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:
            signal.signal(signal.SIGINT, handler)
            if interrupts:
                raise KeyboardInterrupt
            with _Watch(process.pid) as watch:
                # It stays a zombie until its figures are read.
                os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
                wall_s = time.monotonic() - start
            read_bytes, written_bytes = _moved_bytes(process.pid)
            process.wait()
        finally:
            if process.returncode is None:
                _end(process)
    if process.returncode:
        tail = "\n".join((out.read_text() + log.read_text()).splitlines()[-15:])
        raise Problem(f"{log.stem} failed with code {process.returncode}\n{tail}\nsee {log}")
    cost = Cost(wall_s, watch.peak_bytes, read_bytes, written_bytes)
    return cost, out.read_text(encoding="utf-8")


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._root = psutil.Process(pid)
        self._stopped = threading.Event()
        self.start()

    def run(self) -> None:
        """Keep the greatest sum."""
        while not self._stopped.wait(SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident, _tree(self._root))))

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *_: object) -> None:
        """Return when the last look is taken."""
        self._stopped.set()
        self.join()


def _tree(root: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [root, *root.children(recursive=True)]
    return []


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _moved_bytes(pid: int) -> tuple[int, int]:
    """Return what a process and the children it waited for have read and written, in bytes."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    counts = dict(line.split(": ") for line in lines)
    return int(counts["rchar"]), int(counts["wchar"])


def _end(process: subprocess.Popen) -> None:
    """End a process and all its children: first by asking the process, then by force."""
    with suppress(psutil.Error):
        left = _tree(psutil.Process(process.pid))
        try:
            process.terminate()
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            for child in left:
                with suppress(psutil.Error):
                    child.kill()
            process.wait()
