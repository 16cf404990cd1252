"""Finds the rejected records of a build in the landing files.

A build keeps the text of a rejected record, but not where in its file it stands, and of an
unreadable one not even the text. The rules of what is readable stay in SQL alone: the lines of a
file are compared, by their hashes, with the records that the build has rejected and with those
that it can use. What is left over is unreadable. Equal lines are told apart by their number: the
engine treats them alike, but for a last line that it could not read to its end.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lakehouse_reader import Problem
from lakehouse_reader.engine import Engine

from .landing import REMEDY, Line, Opener, opened, read_lines

FEEDS = ("customer", "accelerometer", "step_trainer")
UNREADABLE = "unreadable_json"
# Hashes of usable records in memory at a time: some 100 MB.
MOST_HASHES = 500_000
# Files that one query names: Athena takes 262,144 bytes of SQL, S3 keys of 1,024.
MOST_FILES = 200


@dataclass
class RejectedFile:
    """What the build says of the rejected records of a file: hash -> (reasons, how many)."""

    feed: str
    path: str
    records: dict[str, tuple[str, int]] = field(default_factory=dict)
    unreadable_count: int = 0

    def count(self, reasons: frozenset[str]) -> int:
        """Count the records that have one of the reasons; no reasons means any."""
        counts = [*self.records.values(), (UNREADABLE, self.unreadable_count)]
        return sum(count for found, count in counts if has_reason(found, reasons))


@dataclass(frozen=True)
class RejectedLine:
    """A rejected record: its file, line number, reasons and bytes."""

    feed: str
    path: str
    number: int
    reasons: str
    line: bytes


def has_reason(found: str, wanted: frozenset[str]) -> bool:
    """Whether comma-separated reasons have one of the wanted; no wanted one means any."""
    return not wanted or not wanted.isdisjoint(found.split(","))


def rejected_files(engine: Engine) -> list[RejectedFile]:
    """Return the files that have rejected records, feed by feed. Raises Problem."""
    files: dict[tuple[str, str], RejectedFile] = {}
    query = (
        f"select feed, source_file, {engine.sha256('line')}, reject_reasons, count(*) "
        f"from {engine.table('audit', 'rejected_records')} group by 1, 2, 3, 4"
    )
    for feed, path, digest, reasons, count in engine.rows(query):
        file = files.setdefault((feed, path), RejectedFile(feed, path))
        if digest is None:
            file.unreadable_count = count
        else:
            file.records[digest] = (reasons, count)
    return sorted(files.values(), key=lambda file: (FEEDS.index(file.feed), file.path))


def find_lines(
    engine: Engine, open_file: Opener, files: Iterable[RejectedFile], reasons: frozenset[str]
) -> Iterator[RejectedLine]:
    """Yield the rejected lines of files that have one of the reasons (none: any), in their order.

    Raises Problem when a file is not what the build has read; its lines are not shown then.
    """
    for batch in batches(engine, files, reasons):
        usable = usable_hashes(engine, batch) if needs_usable(reasons) else {}
        for file in batch:
            yield from find_in_file(engine, open_file, file, reasons, usable.get(file.path))


def needs_usable(reasons: frozenset[str]) -> bool:
    """Whether unreadable lines are wanted, which only the usable ones tell."""
    return has_reason(UNREADABLE, reasons)


def batches(
    engine: Engine, files: Iterable[RejectedFile], reasons: frozenset[str]
) -> Iterator[list[RejectedFile]]:
    """Yield files of one feed, together with no more usable records than fit into memory."""
    by_feed: dict[str, list[RejectedFile]] = defaultdict(list)
    for file in files:
        by_feed[file.feed].append(file)
    for feed, of_feed in by_feed.items():
        is_asked = needs_usable(reasons) and any(file.unreadable_count for file in of_feed)
        sizes = usable_counts(engine, feed) if is_asked else {}
        batch: list[RejectedFile] = []
        size = 0
        for file in of_feed:
            more = sizes.get(file.path, 0) if file.unreadable_count else 0
            if batch and (size + more > MOST_HASHES or len(batch) == MOST_FILES):
                yield batch
                batch, size = [], 0
            batch.append(file)
            size += more
        yield batch


def usable_counts(engine: Engine, feed: str) -> dict[str, int]:
    """File -> how many of its records the build can use."""
    staging = engine.table("staging", f"stg_{feed}")
    query = f"select source_file, count(*) from {staging} where reject_reasons is null group by 1"
    return dict(engine.rows(query))


def usable_hashes(engine: Engine, files: list[RejectedFile]) -> dict[str, Counter[bytes]]:
    """File -> hashes of the records that can be used; only files with unreadable lines."""
    found = {file.path: Counter() for file in files if file.unreadable_count}
    if not found:
        return {}
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in found)
    query = (
        f"select source_file, {engine.sha256('line')}, count(*) "
        f"from {engine.table('landing', f'{files[0].feed}_landing')} "
        f"where reject_reasons is null and source_file in ({paths}) group by 1, 2"
    )
    for path, digest, count in engine.rows(query):
        found[path][bytes.fromhex(digest)] = count
    return found


def find_in_file(
    engine: Engine,
    open_file: Opener,
    file: RejectedFile,
    reasons: frozenset[str],
    usable: Counter[bytes] | None,
) -> list[RejectedLine]:
    """Return the rejected lines of one file. Raises Problem if they are not those of the build."""
    expected = {bytes.fromhex(digest): count for digest, (_, count) in file.records.items()}
    found, unreadable = [], []
    with opened(file.path, open_file) as lines:
        for line in read_lines(lines, engine.ends_lines_at_cr, engine.drops_byte_order_mark):
            digest = hashlib.sha256(line.record).digest()
            if expected.get(digest):
                expected[digest] -= 1
                why = file.records[digest.hex()][0]
                if has_reason(why, reasons):
                    found.append(rejected(file, line, why))
            elif usable is not None and usable.get(digest):
                usable[digest] -= 1
            elif usable is not None:
                if len(unreadable) == file.unreadable_count:
                    raise changed(file)
                unreadable.append(rejected(file, line, UNREADABLE))
            elif not any(expected.values()):
                break
    if any(expected.values()) or (usable is not None and len(unreadable) < file.unreadable_count):
        raise changed(file)
    return sorted(found + unreadable, key=lambda line: line.number)


def rejected(file: RejectedFile, line: Line, reasons: str) -> RejectedLine:
    """Return a line as what is shown of it."""
    return RejectedLine(file.feed, file.path, line.number, reasons, line.delivered)


def changed(file: RejectedFile) -> Problem:
    """Say that a file is not what the build has read."""
    return Problem(f"{file.path} is not as the build has read it: {REMEDY}")
