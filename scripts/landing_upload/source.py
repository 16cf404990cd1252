"""The files of a landing root on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from athena_query.session import Problem

from .rules import FEEDS, is_skipped

# Links to folders are followed as far as files may lie, not further: they may lead in circles.
DEEPEST_LINK = 1


@dataclass(frozen=True)
class SourceFile:
    """A file that counts: its feed, its path below the landing root, where it is, its bytes."""

    feed: str
    path: str
    place: Path
    size: int


def list_source(root: Path) -> dict[str, list[SourceFile]]:
    """Feed -> its files that count, by path; only feeds whose folder exists.

    Raises Problem if there is no feed, or a folder or file cannot be read.
    """
    found = {}
    for feed in FEEDS:
        if (root / feed).is_dir():
            paths = sorted(path for path in walk(root, feed) if not is_skipped(feed, path))
            found[feed] = [source_file(root, feed, path) for path in paths]
    if not found:
        raise Problem(
            f"no landing data: {root} is missing or holds none of {', '.join(FEEDS)}; "
            "name the folder above them"
        )
    return found


def walk(root: Path, folder: str, depth: int = 0) -> Iterator[str]:
    """Yield the paths of everything below a folder that is no folder. Raises Problem."""
    try:
        with os.scandir(root / folder) as listing:
            entries = list(listing)
    except OSError as error:
        raise Problem(
            f"{root / folder} cannot be listed, {error.strerror}: make it readable"
        ) from None
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=depth < DEEPEST_LINK):
            yield from walk(root, path, depth + 1)
        else:
            yield path


def source_file(root: Path, feed: str, path: str) -> SourceFile:
    """Look at a file. Raises Problem if it is none, or S3 could not take its name."""
    place = root / path
    try:
        path.encode()
        size = place.stat().st_size
    except UnicodeEncodeError:
        shown = path.encode(errors="backslashreplace").decode()
        raise Problem(f"{shown}: S3 takes UTF-8 names only: rename it") from None
    except OSError as error:
        raise Problem(f"{place} cannot be read, {error.strerror}: mend or remove it") from None
    if not place.is_file():
        raise Problem(f"{place} is no regular file: move it away")
    return SourceFile(feed, path, place, size)
