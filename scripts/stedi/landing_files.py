"""Files of a landing root: which lie on this machine, and how messages name them."""

from __future__ import annotations

import argparse
import base64
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO, Protocol

from .command import Problem, printable
from .feeds import Feed, growing_days, is_ingest_date_folder

MOST_NAMES = 10  # of files that a message lists
DEEPEST_LINK = 1  # links to folders are followed this deep: they may lead in circles


class Sizable(Protocol):
    """A file with its path below the landing root and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True)
class File:
    """A file on disk, its size in bytes, and the path below the landing root it is to have."""

    place: Path
    size: int
    path: str

    @property
    def shown(self) -> str:
        """The file as messages name it, with its new place if it gets one."""
        place = self.place.as_posix()
        return printable(place if place.endswith(self.path) else f"{place} (as {self.path})")

    def crc32(self) -> str:
        """Return the checksum as S3 spells it. Raises OSError."""
        with self.place.open("rb") as content:
            return crc32(content)


def crc32(content: BinaryIO) -> str:
    """Return the CRC-32 as S3 spells it: base64 of four bytes, the highest first."""
    crc = 0
    while chunk := content.read(1 << 20):
        crc = zlib.crc32(chunk, crc)
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


def list_files(root: Path, feed: Feed) -> list[File]:
    """Return a feed's files that a build does not skip, by path; none without its folder.

    Raises Problem if one is not a file or S3 cannot take its name, OSError if it cannot be read.
    """
    found = []
    for place in walk(root / feed.location) if (root / feed.location).is_dir() else ():
        path = place.relative_to(root).as_posix()
        size = place.stat().st_size if place.is_file() else -1
        if feed.is_skipped(path, size):
            continue
        if size < 0:
            said = "is not a regular file, or a link to nothing: move it away"
            raise Problem(f"{printable(str(place))} {said}")
        if path != path.encode(errors="ignore").decode():  # bytes that are not UTF-8
            raise Problem(f"{printable(path)}: S3 takes UTF-8 names only: rename it")
        found.append(File(place, size, path))
    return found


def walk(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Yield everything below a folder that is not a folder, by name. Raises OSError."""
    for place in sorted(folder.iterdir()):
        if place.is_dir() and (depth < DEEPEST_LINK or not place.is_symlink()):
            yield from walk(place, depth + 1)
        else:
            yield place


def empty_feeds(root: object, by_feed: Mapping[Feed, Sized]) -> list[Feed]:
    """Return the feeds without a file. Raises Problem if that is all of them."""
    empty = [feed for feed, files in by_feed.items() if not files]
    if len(empty) == len(by_feed):
        folders = ", ".join(feed.location for feed in empty)
        raise Problem(f"{root} has no file to send in {folders}: name the folder above")
    return empty


def in_day(path: str, day: str) -> str:
    """Return the path of a flat file with the folder of a day, YYYY-MM-DD."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/ingest_date={day}/{name}"


def under_another_day(files: Iterable[Sizable], there: Mapping[str, int]) -> list[str]:
    """Return the paths, of those there, that differ from one of the files in the day only.

    `there`: path -> size in bytes; files of different sizes are different files.
    """

    def without_day(path: str) -> str:
        return re.sub("/ingest_date=[^/]*", "", path)

    wanted = {file.path for file in files}
    alike = {(without_day(file.path), file.size) for file in files}
    return sorted(
        path
        for path, size in there.items()
        if path not in wanted and (without_day(path), size) in alike
    )


def in_older_days(files: Iterable[Sizable], there: Iterable[str]) -> list[str]:
    """Return the paths of the files that add to a day that builds on Athena look into no more.

    `there`: the paths that a build may have loaded. A day that has none of them is loaded whole.
    """
    days: dict[str, set[str]] = {}  # feed's folder -> days
    for path in there:
        folder, _, day = path.rpartition("/")[0].partition("/ingest_date=")
        days.setdefault(folder, set()).add(day)
    closed = {
        f"{folder}/ingest_date={day}"
        for folder, of_feed in days.items()
        for day in sorted(of_feed)[: -growing_days()]
    }
    return [file.path for file in files if file.path.rpartition("/")[0] in closed]


def is_yet_to_come(path: str) -> bool:
    """Whether a file's day has begun nowhere on earth; the first is in UTC+14."""
    today = f"{datetime.now(timezone(timedelta(hours=14))):%Y-%m-%d}"
    return path.rpartition("/")[0].partition("/ingest_date=")[2] > today


def ingest_date(text: str) -> str:
    """Check an argument that is a date. Raises ArgumentTypeError."""
    if not is_ingest_date_folder(f"ingest_date={text}"):
        raise argparse.ArgumentTypeError(
            f"must be a date of the calendar, YYYY-MM-DD, not {text!r}"
        )
    return text


def some(names: Iterable[str]) -> str:
    """List the first names, count the others."""
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMES:,} more" if len(listed) > MOST_NAMES else ""
    return ", ".join(listed[:MOST_NAMES]) + more


def summary(files: Sequence[Sizable]) -> str:
    """Count files and their bytes."""
    return f"{len(files):,} files, {sum(file.size for file in files):,} bytes"
