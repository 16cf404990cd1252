"""A folder a run: logs, which stay for the newest few runs, and data, which goes with the run."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .locks import locked

KEPT_RUNS = 5
DATA = "data"
LOCK = ".lock"


@contextmanager
def run_folder(root: Path) -> Iterator[Path]:
    """Make a folder for a run below `root`, with a `data` folder in it that lives as long.

    What runs that were killed left behind is removed, and so are the logs of old runs.
    """
    root.mkdir(parents=True, exist_ok=True)
    with locked(
        root / LOCK
    ):  # two that start at once do not take each other's folder for a dead one
        started = time.strftime("%Y%m%d-%H%M%S-")
        folder = Path(tempfile.mkdtemp(prefix=started, dir=root)).absolute()
        folder.joinpath(DATA).mkdir()
        lock = lock_of(folder)
        clean(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder / DATA, ignore_errors=True)
        lock.close()


def lock_of(folder: Path) -> IO:
    """Take the lock that says that a run is alive. The kernel takes it from one that is killed.

    Raises BlockingIOError if another process has it.
    """
    lock = folder.joinpath(LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise
    return lock


def clean(root: Path) -> None:
    """Remove the data of dead runs, and all of the older ones."""
    runs = sorted(path.parent for path in root.glob(f"*/{LOCK}"))
    for run in runs:
        try:
            lock_of(run).close()
        except OSError:  # alive, or another user's
            continue
        old = run not in runs[-KEPT_RUNS:]
        shutil.rmtree(run if old else run / DATA, ignore_errors=True)
