"""The landing data of a benchmark: one size, laid out flat and by arrival, and 1 % more.

The last hundred-and-first of the customers is what comes later. Below the folder of a size:
  flat     as the course publishes it, FILES files a feed
  arrival  the same lines in the folders of a hundred days
  new      the later lines, in the folder of the day after
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stedi.feeds import feeds

from landing_generator import cli as generator

CUSTOMERS = 956  # of size 1, as published
DAYS = 100
FILES = 10  # of a feed: at size 100 they are of the size in which data usually arrive
NEW_FILE = "new.json"


@dataclass(frozen=True)
class Landing:
    """Where the data of a size are, and how much they are without the 1 % that comes later."""

    folder: Path
    customers: int
    lines: int
    bytes: int
    new_lines: int
    new_bytes: int

    @property
    def flat(self) -> Path:
        """The flat landing root."""
        return self.folder / "flat"

    @contextmanager
    def with_new_files(self) -> Iterator[None]:
        """Have the later lines in the flat root, too, as one new file a feed."""
        links = [self.flat / feed.location / NEW_FILE for feed in feeds().values()]
        try:
            for feed, link in zip(feeds().values(), links, strict=True):
                (file,) = (self.folder / "new" / feed.location).glob("*/*.json")
                link.hardlink_to(file)
            yield
        finally:
            for link in links:
                link.unlink(missing_ok=True)


def prepare(folder: Path, size: float, keep_arrival: bool) -> Landing:
    """Make the data of a size, or take what an earlier run has made; return them.

    keep_arrival: whether the layout by arrival is needed, too; it takes as much space again.
    Raises SystemExit if they cannot be generated, OSError if they cannot be laid out.
    """
    found = folder / "landing.json"
    if not found.exists() or (keep_arrival and not (folder / "arrival").exists()):
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, round(CUSTOMERS * size), keep_arrival)
    landing = Landing(folder, **json.loads(found.read_text(encoding="utf-8")))
    for link in landing.flat.rglob(NEW_FILE):  # of a run that was killed
        link.unlink()
    return landing


def _make(folder: Path, customers: int, keep_arrival: bool) -> None:
    """Generate arrival, then lay out flat and new from it; the facts are written last."""
    later = max(1, customers // DAYS)
    days = min(DAYS + 1, customers + 1)
    made = folder / "arrival"
    wanted = ["--customers", str(customers + later), "--arrival", "--days", str(days)]
    if code := generator.main([*wanted, "--out", str(made)]):
        raise SystemExit(code)
    (made / "_generated.json").unlink()
    old, new = Counter(), Counter()
    for feed in feeds().values():
        *days_before, newest = sorted((made / feed.location).iterdir())
        flat = folder / "flat" / feed.location
        flat.mkdir(parents=True)
        for number, day in enumerate(days_before):
            part = flat / f"{feed.name}-{number * FILES // len(days_before):02}.json"
            old += _append(day, part)
            if not keep_arrival:
                shutil.rmtree(day)
        later_day = folder / "new" / feed.location / newest.name
        later_day.mkdir(parents=True)
        new += _append(newest, later_day / NEW_FILE)
        shutil.rmtree(newest)
    if not keep_arrival:
        shutil.rmtree(made)
    facts = {"customers": customers, **old, **{f"new_{name}": n for name, n in new.items()}}
    (folder / "landing.json").write_text(json.dumps(facts), encoding="utf-8")


def _append(day: Path, to: Path) -> Counter[str]:
    """Append the files of a day to a file; return how many lines and bytes they have."""
    counts: Counter[str] = Counter()
    with to.open("ab") as sink:
        for file in sorted(day.iterdir()):
            with file.open("rb") as source:
                while chunk := source.read(1 << 20):
                    sink.write(chunk)
                    counts += Counter(lines=chunk.count(b"\n"), bytes=len(chunk))
    return counts
