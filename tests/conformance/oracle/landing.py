"""Which files are landing files, and which bytes of them are records."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FEEDS = ("customer", "accelerometer", "step_trainer")

WHITE_SPACE = " \t\n\v\f\r"
LONGEST_LINE = 16 * 1024 * 1024

_ARRIVAL_FOLDER = re.compile(r"ingest_date=(.*)", re.DOTALL)
_CALENDAR_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Endings of names that Hive or DuckDB takes for a compression.
_CODECS = {"bz2", "deflate", "lzo_deflate", "zst", "lz4", "lzo", "snappy", "z", "xz", "br", "gz"}


class LandingRefused(Exception):
    """The landing folder breaks a rule that must stop the build; the message names the file."""


@dataclass(frozen=True)
class LandingFile:
    """One object that the build reads."""

    path: Path
    source_file: str  # relative to the landing root, with forward slashes
    ingest_date: str | None  # None where the feed's landing is flat


def landing_files(root: Path, feed: str) -> list[LandingFile]:
    """Every file directly in the feed's landing folder, or in one ingest_date= folder below it.

    Names that begin with `_` or `.` are skipped, folders like files, and so are S3's markers: empty
    files named `…_$folder$`. A file anywhere else below the landing folder is refused, and so are
    the name of a compression other than `.gz`, and a landing that is flat and by arrival at once. A
    feed without a landing folder has no files.
    """
    check_root(root)
    landing = root / feed / "landing"
    if not landing.is_dir():
        return []
    files = [_placed(root, landing, path) for path in _visible_files(landing)]
    flat = [file for file in files if file.ingest_date is None]
    by_arrival = [file for file in files if file.ingest_date is not None]
    if flat and by_arrival:
        raise LandingRefused(
            f"{feed}: files lie both flat and by arrival, "
            f"{flat[0].source_file} and {by_arrival[0].source_file}"
        )
    return files


def check_root(root: Path) -> None:
    """A root that is missing, or that has none of the three feeds, is a clear error."""
    if not root.is_dir():
        raise LandingRefused(f"the landing root {root} does not exist")
    if not any((root / feed / "landing").is_dir() for feed in FEEDS):
        raise LandingRefused(f"the landing root {root} has none of the feeds {', '.join(FEEDS)}")


def records(file: LandingFile) -> Iterator[bytes]:
    """The records of a file: LF or CRLF ends a line, a line of only white space is no record.

    White space around a record is not part of it. Every other line is exactly one record.
    """
    for line in _content(file).split(b"\n"):
        record = line.strip(WHITE_SPACE.encode())
        if record:
            yield record


def _visible_files(folder: Path) -> Iterator[Path]:
    """All files below a folder, at any depth, without hidden names and markers."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".")):
            continue
        if path.name.endswith("_$folder$") and path.stat().st_size == 0:
            continue
        if path.is_dir():
            yield from _visible_files(path)
        else:
            yield path


def _placed(root: Path, landing: Path, path: Path) -> LandingFile:
    """The file with the place where it lies, or a refusal if that is no place for a file."""
    source_file = path.relative_to(root).as_posix()
    _, dot, ending = path.name.rpartition(".")
    if dot and ending != "gz" and ending.lower() in _CODECS:
        raise LandingRefused(f"{source_file} has the name of another compression than gzip")
    folders = path.relative_to(landing).parts[:-1]
    if not folders:
        return LandingFile(path, source_file, None)
    arrival = _ARRIVAL_FOLDER.fullmatch(folders[0])
    if len(folders) > 1 or arrival is None:
        raise LandingRefused(f"{source_file} lies where no landing file belongs")
    if not _is_calendar_date(arrival[1]):
        raise LandingRefused(f"{source_file}: {folders[0]} is not a calendar date YYYY-MM-DD")
    return LandingFile(path, source_file, arrival[1])


def _is_calendar_date(text: str) -> bool:
    """True for a date of the calendar that is written YYYY-MM-DD."""
    if not _CALENDAR_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _content(file: LandingFile) -> bytes:
    """The bytes of a file; one named `.gz` is gunzipped, and refused if it cannot be."""
    data = file.path.read_bytes()
    if not file.path.name.endswith(".gz"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise LandingRefused(f"{file.source_file} cannot be decompressed: {error}") from error
