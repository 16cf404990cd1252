"""The feeds as dbt declares them, and which of their files a build reads.

The rules are those of macros/landing/landing_files.sql, which decides. Paths are relative to the
landing root, with slashes: customer/landing/part-1.json.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from .command import PROJECT, Problem

DECLARATION = PROJECT / "models" / "landing" / "_landing__sources.yml"

# The last part of a name that an engine may take for a compression; of these only .gz is read.
OTHER_COMPRESSION = re.compile(
    r"[.](bz2|deflate|lzo_deflate|zst|lz4|lzo|snappy|z|xz|br|gz)\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Feed:
    """A feed: `customer` with the view customer_landing and the folder customer/landing."""

    name: str
    view: str
    location: str

    def is_skipped(self, path: str, size: int) -> bool:
        """Whether a build skips a file of this size in bytes.

        Below the feed's folder a name begins with _ or a dot, or it is one of S3's folder markers:
        with a slash at its end, or empty and named …_$folder$.
        """
        is_marker = size == 0 and path.endswith("_$folder$")
        below = path.removeprefix(f"{self.location}/")
        return is_marker or bool(re.search(r"(^|/)([_.]|\Z)", below))

    def is_by_arrival(self, path: str, shown: str | None = None) -> bool:
        """Whether a file is in a folder of its day, not flat in the feed's folder.

        Raises Problem, with the file as it is to be shown, if a build would stop at it.
        """
        if OTHER_COMPRESSION.search(path) and not path.endswith(".gz"):
            raise Problem(
                f"{shown or path} has the name of a compression that not every engine reads: "
                "unpack it, or pack it with gzip and name it .gz (in lower case). If it is plain "
                "text, rename it"
            )
        folder, *below = path.removeprefix(f"{self.location}/").split("/")
        if below and (len(below) > 1 or not is_ingest_date_folder(folder)):
            raise Problem(
                f"{shown or path} is in the wrong place: move it to {self.location}/ or to "
                f"{self.location}/ingest_date=YYYY-MM-DD/ (a calendar date)"
            )
        return bool(below)

    def check_layout(self, files: Mapping[str, str]) -> None:
        """Check that all files are flat, or all by arrival. Raises Problem.

        `files`: the path of each file that is not skipped -> how it is to be shown.
        """
        first: dict[bool, str] = {}
        for path, shown in sorted(files.items()):
            first.setdefault(self.is_by_arrival(path, shown), shown)
        if len(first) > 1:
            raise Problem(
                f"{self.location} would have a mixed layout: {first[False]} is flat, "
                f"{first[True]} by arrival. Use one of the two layouts"
            )


def is_ingest_date_folder(name: str) -> bool:
    """Whether a name is ingest_date=YYYY-MM-DD with a date that the calendar has."""
    day = re.fullmatch("ingest_date=([0-9]{4}-[0-9]{2}-[0-9]{2})", name)
    try:
        return bool(day and datetime.date.fromisoformat(day[1]))
    except ValueError:
        return False


@cache
def feeds() -> dict[str, Feed]:
    """Name -> feed, in the order of the declaration."""
    declared = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))["sources"][0]["tables"]
    found = [
        Feed(
            name=table["name"].removesuffix("_landing"),
            view=table["name"],
            location=table["external"]["location"],
        )
        for table in declared
        if "external" in table
    ]
    return {feed.name: feed for feed in found}


def growing_days() -> int:
    """In how many of a feed's newest days a build on Athena looks for more files."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return project["vars"]["growing_days"]
