#!/usr/bin/env python3
"""Measures this project beside PySpark, DuckDB by hand and a raw scan, and writes the page of it.

for example:
  benchmark.py                            sizes 1, 10 and 100: an hour or so, 4 GB of disk
  benchmark.py --sizes 1 --runs 1         some minutes
  benchmark.py --sizes 1000 --runs 1      above 100 only the raw scan and `dbt run`: 25 GB of disk

Size 1 is 956 customers, 11 MB. Landing data are made once and kept in the data folder, and so is
each size's result when it is complete: the page shows all sizes that are there, so an interrupted
benchmark goes on with the sizes that are missing. Variables of the profile that set cores or memory
count here, too. Your database, landing and pepper are not touched. Needs Linux.
exit codes: 0 written, 1 something could not be measured, or the tables differ, 2 a wrong option,
130 interrupted: nothing half-written is left, and no process
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from stedi import command
from stedi.command import PROJECT, Problem, SettingProblem

from benchmarking import contenders, facts, landing, page

DATA = PROJECT / "data" / "benchmark"
PAGE = PROJECT / "docs" / "benchmarks.md"
LARGEST_FOR_ALL = 100
ENGINES = {"spark": contenders.find_spark, "athena": contenders.check_athena}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("benchmark.py", __doc__)
    add = result.add_argument
    some = "sizes, with commas (default: 1,10,100)"
    add("--sizes", metavar="N,…", type=sizes, default=[1.0, 10.0, 100.0], help=some)
    add("--runs", metavar="N", type=rounds, default=3, help="rounds (default: %(default)s)")
    parts = ", ".join(contenders.PARTS)
    add("--without", metavar="PART,…", type=without, default=set(), help=f"leave out: {parts}")
    add("--data", metavar="DIR", type=Path, default=DATA, help="default: data/benchmark")
    add("--page", metavar="FILE", type=Path, default=PAGE, help="default: docs/benchmarks.md")
    return result


def sizes(text: str) -> list[float]:
    """Read the sizes, smallest first. Raises ArgumentTypeError."""
    try:
        found = sorted({float(size) for size in text.split(",")})
    except ValueError:
        found = []
    if not found or not all(0.002 <= size <= 2000 for size in found):
        raise argparse.ArgumentTypeError(f"must be numbers of 0.002 to 2000, not {text!r}")
    return found


def rounds(text: str) -> int:
    """Read the number of rounds. Raises ArgumentTypeError."""
    if not command.whole(text):
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def without(text: str) -> set[str]:
    """Read what to leave out. Raises ArgumentTypeError."""
    parts = set(text.split(","))
    if unknown := sorted(parts - set(contenders.PARTS)):
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(contenders.PARTS)}")
    return parts


def benchmark(arguments: argparse.Namespace) -> None:
    """Measure each size, then write the page. Raises Problem, KeyboardInterrupt."""
    if not Path("/proc/self/io").exists():
        raise SettingProblem("it reads /proc: run it on Linux")
    if not arguments.page.absolute().parent.is_dir():
        raise SettingProblem(f"--page {arguments.page}: there is no such folder, make it")
    data = arguments.data.absolute()
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"another benchmark uses {data}: wait, or name another --data") from None
        measure_sizes(arguments, data)
    write_page(arguments.page, data)


def measure_sizes(arguments: argparse.Namespace, data: Path) -> None:
    """Measure each size and keep its result. Raises Problem."""
    for size in arguments.sizes:
        result = measure_size(data, size, arguments.runs, arguments.without)
        with command.replacing(data / f"{size:g}x" / "result.json") as file:
            json.dump(result, file, indent=1)


def write_page(place: Path, data: Path) -> None:
    """Write the page and its picture from all results that are there, print the tables."""
    found = [json.loads(file.read_text()) for file in data.glob("*/result.json")]
    results = sorted(found, key=lambda result: result["size"])
    drawing = place.with_suffix(".svg")
    text, svg = page.render(results, drawing.name), page.picture(results)
    with command.replacing(place) as text_file, command.replacing(drawing) as svg_file:
        text_file.write(text)
        svg_file.write(svg)
    print("\n".join(line for line in text.splitlines() if line.startswith(("|", "## "))))
    print(f"\nWritten: {place}")


def measure_size(data: Path, size: float, runs: int, skipped: set[str]) -> dict:
    """Return the result of a size: the medians of its rounds, and what they were measured on."""
    skipped = skipped | ({"spark", "athena", "build"} if size > LARGEST_FOR_ALL else set())
    found, notes = {}, []
    for part, find in ENGINES.items():
        if part in skipped:
            continue
        try:
            found[part] = find()
        except Problem as problem:
            skip(part, problem, skipped, notes)
    files = landing.prepare(data / f"{size:g}x", size, "athena" not in skipped)
    figures = defaultdict(list)
    contenders.Round(files, 0, lambda name: progress(f"size {size:g}: {name}")).warm_up()
    for number in range(1, runs + 1):
        said = f"size {size:g}, round {number} of {runs}: "
        turn = contenders.Round(files, number, lambda name, said=said: progress(said + name))
        for name, values in one_round(turn, found.get("spark"), size, skipped, notes):
            figures[name].append(values)
            progress(f"{said}{name} {values['node_s']:.2f} s")
    shutil.rmtree(files.folder / "work", ignore_errors=True)
    check_rows(figures)
    return {
        "size": size,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": facts.commit(),
        "runs": runs,
        "machine": facts.machine(),
        "versions": facts.versions(figures),
        "landing": {name: value for name, value in asdict(files).items() if name != "folder"},
        "figures": {name: middle(values) for name, values in figures.items()},
        "notes": notes,
    }


def one_round(
    turn: contenders.Round, spark: str | None, size: float, skipped: set[str], notes: list[str]
) -> Iterator[tuple[str, dict]]:
    """Yield each contender's name and figures. Raises Problem if one of DuckDB's fails."""
    yield from turn.by_hand()
    if "spark" not in skipped:
        try:
            yield from turn.spark(spark)
        except Problem as problem:
            skip("spark", problem, skipped, notes)
    yield from turn.project("published", "run", *contenders.SELECTION)
    yield from turn.project("run", "run")
    if "build" not in skipped:
        yield from turn.project("build", "build")
    if "athena" not in skipped and turn.number == 1:  # counts do not vary
        try:
            yield from turn.athena()
        except Problem as problem:
            skip("athena", problem, skipped, notes)


def skip(part: str, problem: Problem, skipped: set[str], notes: list[str]) -> None:
    """Leave out a part that cannot run here, and say so."""
    print(f"{part} is left out: {problem}", file=sys.stderr)
    notes.append(f"{part} could not be measured: {str(problem).splitlines()[0]}")
    skipped.add(part)


def progress(text: str) -> None:
    """Tell the user what is being done."""
    print(text, file=sys.stderr, flush=True)


def check_rows(figures: dict[str, list[dict]]) -> None:
    """Raise Problem unless all contenders made equally many rows of each published table."""
    seen = {
        name: {table: values["rows"].get(table) for table in contenders.TABLES}
        for name, rounds_of in figures.items()
        for values in rounds_of
        if name != "scan" and "rows" in values
    }
    first, expected = next(iter(seen.items()))
    for name, rows in seen.items():
        if rows != expected:
            raise Problem(f"the tables differ: {first} made {expected}, {name} {rows}")


def middle(values: Sequence[dict]) -> dict:
    """Return the medians of the numbers of equal dictionaries, and of those in them."""
    return {
        key: middle([value[key] for value in values])
        if isinstance(first, dict)
        else median(value[key] for value in values)
        for key, first in values[0].items()
        if key != "versions"
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    how = "interrupted: sizes that are complete are kept"
    return command.run(parser(), benchmark, argv, how)


if __name__ == "__main__":
    sys.exit(main())
