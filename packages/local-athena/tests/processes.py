"""What tests ask about processes: who lives, and until when."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 60  # reached by failing tests only


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout.strip()[:1] not in ("", "Z")


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fail the test if it never comes true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.02)


def until_gone(*pids: int) -> None:
    """Wait for the end of processes."""
    for pid in pids:
        until(lambda pid=pid: not is_alive(pid), f"end of process {pid}")


def read_pid(file: Path) -> int:
    """The process id that a process wrote to a file, as soon as it has."""
    until(lambda: file.exists() and file.read_text().endswith("\n"), f"a process id in {file}")
    return int(file.read_text())


def java_below(pid: int) -> int:
    """The process id of the Java among the descendants of a process."""
    shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True)
    processes = [line.split(None, 2) for line in shown.stdout.splitlines()]
    family = {pid}
    for child, parent, command in sorted(processes, key=lambda fields: int(fields[0])):
        if int(parent) in family:
            family.add(int(child))
            if command.endswith("java"):
                return int(child)
    raise AssertionError(f"no Java below {pid}")


def write_script(path: Path, script: str, interpreter: str = "/bin/sh") -> Path:
    """Make a command."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{interpreter}\n{script}\n")
    path.chmod(0o755)
    return path
