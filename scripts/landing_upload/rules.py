"""Which files a build reads and which layouts it refuses; macros/landing/landing_files.sql decides.

Paths are relative to the landing root, with slashes: customer/landing/part-1.json.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

# As declared in models/landing/_landing__sources.yml.
FEEDS = ("customer/landing", "accelerometer/landing", "step_trainer/landing")


class LayoutError(Exception):
    """A file stands where a build would stop; says which, and what to do."""


def is_ingest_date_folder(name: str) -> bool:
    """Whether a name is ingest_date=YYYY-MM-DD with a date that the calendar has."""
    day = re.fullmatch("ingest_date=([0-9]{4}-[0-9]{2}-[0-9]{2})", name)
    if not day:
        return False
    try:
        datetime.date.fromisoformat(day[1])
    except ValueError:
        return False
    return True


def is_skipped(feed: str, path: str) -> bool:
    """Whether a build skips a file: below the feed's folder a name begins with _ or a dot."""
    return any(step.startswith(("_", ".")) for step in path.removeprefix(feed + "/").split("/"))


def is_by_arrival(feed: str, path: str, shown: str) -> bool:
    """Whether a file lies in a folder of its day, not flat in the feed's folder.

    Raises LayoutError, with the file as it is to be shown, if it lies elsewhere.
    """
    steps = path.removeprefix(feed + "/").split("/")
    if len(steps) == 1:
        return False
    if len(steps) == 2 and is_ingest_date_folder(steps[0]):
        return True
    raise LayoutError(
        f"{shown} stands where none belongs: move it to {feed}/ or to "
        f"{feed}/ingest_date=YYYY-MM-DD/ (a calendar date)"
    )


def check_layout(feed: str, files: Mapping[str, str]) -> None:
    """Check that all files of a feed lie flat, or all by arrival.

    `files` gives, for each path that is not skipped, how it is to be shown. Raises LayoutError.
    """
    first: dict[bool, str] = {}
    for path, shown in sorted(files.items()):
        first.setdefault(is_by_arrival(feed, path, shown), shown)
    if len(first) == 2:
        raise LayoutError(
            f"{feed} would have a mixed layout: {first[False]} lies flat, {first[True]} by "
            "arrival; use one of the two layouts"
        )
