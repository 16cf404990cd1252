"""The landing data of a size, and the 1 % that comes later.

Below the folder of a size:
  arrival  a hundred days, each of 1 % of the customers
  flat     the same lines as the course publishes them: FILES files a feed, without days
  new      the day after
"""

from __future__ import annotations

import shutil
from pathlib import Path

from stedi.feeds import feeds

from landing_generator import cli as generator

CUSTOMERS = 956  # of size 1, as published
DAYS = 100
FILES = 10  # of a feed; a hundred small ones take the raw scan twice as long at size 1
NEW_FILE = "new.json"


def make(folder: Path, size: float, keep_days: bool) -> None:
    """Make the data of a size if they are not there. Raises SystemExit if that fails.

    keep_days: whether the layout by arrival is needed; it takes as much space again.
    """
    if folder.exists():
        return
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    customers = round(CUSTOMERS * size)
    later = max(1, customers // DAYS)
    arrival, days = part / "arrival", min(DAYS + 1, customers + later)
    options = ["--customers", str(customers + later), "--arrival", "--days", str(days)]
    if code := generator.main([*options, "--out", str(arrival)]):
        raise SystemExit(code)
    for feed in feeds().values():
        *before, newest = sorted((arrival / feed.location).iterdir())
        (part / "new" / feed.location).mkdir(parents=True)
        newest.rename(part / "new" / feed.location / newest.name)
        flat = part / "flat" / feed.location
        flat.mkdir(parents=True)
        for number, day in enumerate(before):
            with (flat / f"{number * FILES // len(before)}.json").open("ab") as whole:
                for file in sorted(day.iterdir()):
                    with file.open("rb") as content:
                        shutil.copyfileobj(content, whole)
            if not keep_days:
                shutil.rmtree(day)
    part.rename(folder)


def count(folder: Path) -> dict[str, int]:
    """Return customers, lines and bytes, without what comes later."""
    counts = {"customers": 0, "lines": 0, "bytes": 0}
    for feed in feeds().values():
        for file in (folder / "flat" / feed.location).glob("[0-9].json"):
            content = file.read_bytes()
            lines = content.count(b"\n")
            counts["lines"] += lines
            counts["bytes"] += len(content)
            counts["customers"] += lines * (feed.name == "customer")
    return counts


def show_new_files(folder: Path, shown: bool) -> None:
    """Have what comes later in the flat landing, too, as one new file a feed, or have it not."""
    for feed in feeds().values():
        link = folder / "flat" / feed.location / NEW_FILE
        link.unlink(missing_ok=True)
        if shown:
            (file,) = (folder / "new" / feed.location).glob("*/*")
            link.hardlink_to(file)
