"""What a command costs: time, memory, bytes; of its whole process tree, on Linux."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from stedi.command import PROJECT, Problem

import psutil

SAMPLE_SECONDS = 0.05  # between two looks at the memory; a look takes a few milliseconds
GRACE_SECONDS = 20  # for a process to end in order


def measure(
    command: Sequence[str], log: Path, environment: Mapping[str, str]
) -> tuple[dict[str, float], str]:
    """Run a command in the project's folder; return its figures, and what it wrote to stdout.

    wall_s: seconds from its start to its end. peak_bytes: the most memory (resident set) that it
    and its children had at one time. read_bytes, written_bytes: what read and write calls moved,
    so files from the cache count, and pipes, but no memory mapping; of children if their parent
    waited for them. Its stderr goes to the log. Raises Problem if it fails, and ends it with
    all its children if interrupted.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as errors, log.with_suffix(".out").open("w+") as output:
        start, peak = time.monotonic(), 0
        process = psutil.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        try:
            end = os.pidfd_open(process.pid)
            while not select.select([end], [], [], SAMPLE_SECONDS)[0]:
                peak = max(peak, sum(map(_resident, _tree(process))))
            seconds = time.monotonic() - start
            os.close(end)
            moved = process.io_counters()  # it stays a zombie until they are read
            code = process.wait()
        finally:
            _stop(process)
        output.seek(0)
        said = output.read()
    if code:
        tail = "\n".join((said + log.read_text(errors="replace")).splitlines()[-15:])
        raise Problem(f"{log.stem} failed with code {code}: see {log}\n{tail}")
    figures = {"wall_s": seconds, "peak_bytes": peak}
    return figures | {"read_bytes": moved.read_chars, "written_bytes": moved.write_chars}, said


def _tree(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _stop(process: psutil.Popen) -> None:
    """End a process and all its children if it still runs: by asking them, then by force."""
    if process.is_running():
        left = _tree(process)
        for end in (psutil.Process.terminate, psutil.Process.kill):
            for each in left:
                with suppress(psutil.Error):
                    end(each)
            left = psutil.wait_procs(left, GRACE_SECONDS)[1]
        process.wait()
