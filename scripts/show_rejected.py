#!/usr/bin/env python3
# Longer than most scripts: finding lines that the build has kept only as hashes takes its space.
r"""Shows the landing lines that the last build has rejected, as they were delivered.

One per line: file:line number, reasons and the line itself, separated by tabs.
for example:
  show_rejected.py --feed customer
  show_rejected.py --reason missing_email --reason invalid_email
  show_rejected.py --file customer-00001.json --limit 0 --full > /a/safe/place

Lines are personal data. What a terminal would obey or cannot show is escaped: \x1b, \ufeff, and
bytes that are not UTF-8. Lines are cut at 400 characters. The files are looked for below
STEDI_LANDING, which must be the root that was built.

A build keeps the text of a rejected record, but not its line number, and of an unreadable record
not even the text. Only the SQL knows what is readable: this script compares the lines of a file,
by their hashes, with the records that the build has rejected and with those that it can use. What
is left over is unreadable.
exit codes: 0 shown (or nothing is rejected), 1 a file is missing or has changed since the build,
or the tables cannot be read, 2 an option or setting is wrong, 130 interrupted, 141 the reader of
the result has gone (as with | head)
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

from stedi.command import PROJECT, Problem, SettingProblem, parser, printable, run, whole
from stedi.feeds import feeds
from stedi.lakehouse import Lakehouse, add_options, open_lakehouse
from stedi.settings import Settings

from botocore.exceptions import BotoCoreError

UNREADABLE = "unreadable_json"
WHITE_SPACE = b" \t\n\x0b\x0c\r"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CHUNK = 1 << 20  # bytes read from S3 at a time
MOST_LINES = 100  # a few screens; all of a garbled delivery would bury them
WIDEST = 400  # characters of a line that are shown, as much as the longest usual record has
# Files that one query names: Athena takes 262,144 bytes of SQL, S3 keys of 1,024.
MOST_FILES = 200
REMEDY = "set STEDI_LANDING to the root that was built, or build again"
WARNING = (
    "These lines are personal data as it was delivered. Keep them out of tickets, chats and logs."
)

# Opens a file by its path below the landing root. Raises FileNotFoundError, Problem.
Opener = Callable[[str], BinaryIO]


@dataclass
class RejectedFile:
    """What the build says of a file's rejected records: hash -> (reasons, how many).

    Unreadable ones have no hash and are listed by their reason.
    """

    feed: str
    path: str
    records: dict[str, tuple[str, int]] = field(default_factory=dict)

    def count(self, wanted: frozenset[str]) -> int:
        """Count the records that have one of the reasons; no reasons means any."""
        return sum(n for reasons, n in self.records.values() if has_reason(reasons, wanted))


class Line(NamedTuple):
    """A line: its number, as editors count, what the engine reads of it, what was delivered."""

    number: int
    record: bytes
    delivered: bytes


def has_reason(reasons: str, wanted: frozenset[str]) -> bool:
    """Whether comma-separated reasons have one of the wanted; no wanted one means any."""
    return not wanted or not wanted.isdisjoint(reasons.split(","))


def rejected_files(lakehouse: Lakehouse) -> list[RejectedFile]:
    """Return the files that have rejected records, feed by feed. Raises Problem."""
    files: dict[str, RejectedFile] = {}
    for feed, path, digest, reasons, count in lakehouse.rows(
        f"select feed, source_file, {lakehouse.sha256('line')}, reject_reasons, count(*) "
        f"from {lakehouse.table('audit', 'rejected_records')} group by 1, 2, 3, 4"
    ):
        file = files.setdefault(path, RejectedFile(feed, path))
        file.records[digest or UNREADABLE] = (reasons, count)
    order = list(feeds())
    return sorted(files.values(), key=lambda file: (order.index(file.feed), file.path))


def with_usable(
    lakehouse: Lakehouse, files: list[RejectedFile]
) -> Iterator[tuple[RejectedFile, Counter[str]]]:
    """Yield files, each with the hashes of its usable records if it has unreadable ones."""
    for feed, of_feed in groupby(files, lambda file: file.feed):
        view = lakehouse.table("landing", feeds()[feed].view)
        while some := list(islice(of_feed, MOST_FILES)):
            paths = ["'" + f.path.replace("'", "''") + "'" for f in some if UNREADABLE in f.records]
            query = (
                f"select source_file, {lakehouse.sha256('line')}, count(*) from {view} "
                f"where reject_reasons is null and source_file in ({', '.join(paths)}) "
                "group by 1, 2 order by 1"
            )
            groups = groupby(lakehouse.rows(query) if paths else (), itemgetter(0))
            path, rows = next(groups, ("", ()))
            for file in some:
                usable: Counter[str] = Counter()
                if file.path == path:
                    usable.update({digest: count for _, digest, count in rows})
                    path, rows = next(groups, ("", ()))
                yield file, usable


def find_lines(
    lakehouse: Lakehouse, open_file: Opener, files: list[RejectedFile], wanted: frozenset[str]
) -> Iterator[tuple[RejectedFile, Line, str]]:
    """Yield the rejected lines of files that have one of the reasons (none: any), and why.

    Raises Problem when a file is not what the build has read; its lines are not shown then.
    """
    for file, usable in with_usable(lakehouse, files):
        expected = Counter({digest: count for digest, (_, count) in file.records.items()})
        found = []
        for line in read_lines(file.path, open_file, lakehouse.target == "athena"):
            digest = hashlib.sha256(line.record).hexdigest()
            # Of equal lines the last is the unreadable one: the engine could not read to its end.
            if not expected[digest]:
                if usable[digest] or UNREADABLE not in expected:
                    usable[digest] -= 1
                    continue
                digest = UNREADABLE
            expected[digest] -= 1
            if expected[digest] < 0:
                break
            found.append((file, line, file.records[digest][0]))
        if any(expected.values()):
            raise Problem(f"{file.path} is not as the build has read it: {REMEDY}")
        yield from (each for each in found if has_reason(each[2], wanted))


def read_lines(path: str, open_file: Opener, as_athena: bool) -> Iterator[Line]:
    """Yield a file's lines that are records: not blank. Raises Problem.

    Athena also ends a line at a lone CR, and drops a byte order mark at the file's start.
    """
    try:
        with open_file(path) as file:
            lines = gzip.GzipFile(fileobj=file) if path.endswith(".gz") else file
            mark = BYTE_ORDER_MARK if as_athena else b""
            for number, line in enumerate(lines, start=1):
                for delivered in line.split(b"\r") if as_athena else (line,):
                    record = delivered.removeprefix(mark).strip(WHITE_SPACE)
                    mark = b""
                    if record:
                        yield Line(number, record, delivered.strip(WHITE_SPACE))
    except (FileNotFoundError, NotADirectoryError):
        raise Problem(f"{path} is not below the landing root: {REMEDY}") from None
    except (OSError, EOFError, zlib.error, BotoCoreError) as error:  # e.g. gzip or a body cut off
        raise Problem(f"{path} cannot be read: {error}") from error


def opener(arguments: argparse.Namespace, root: str) -> Opener:
    """Return what opens landing files where the engine has read them. Raises Problem."""
    if root.startswith("s3://") != (arguments.target == "athena"):
        places = "with --target local it is a folder, with --target athena s3://bucket/prefix"
        raise SettingProblem(f"STEDI_LANDING is {root}: {places}")
    if arguments.target == "local":
        return lambda path: (Path(root).expanduser() / path).open("rb")

    from stedi import athena  # boto3 takes its time to load

    bucket, _, prefix = root.removeprefix("s3://").rstrip("/").partition("/")
    s3 = athena.client("s3", arguments)

    def open_object(path: str) -> BinaryIO:
        key = f"{prefix}/{path}".lstrip("/")
        with athena.explained(f"{path} cannot be read"):
            try:
                return io.BufferedReader(s3.get_object(Bucket=bucket, Key=key)["Body"], CHUNK)
            except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
                raise FileNotFoundError(path) from None

    return open_object


def render(file: RejectedFile, line: Line, reasons: str, is_full: bool) -> str:
    """Return file and number of a line, why it was rejected, and its text."""
    text = line.delivered.decode("utf-8", "backslashreplace")
    shown = printable(text)
    if len(text) > WIDEST and not is_full:
        shown = f"{printable(text[:WIDEST])}… ({len(line.delivered):,} bytes)"
    return f"{printable(file.path)}:{line.number}\t{reasons}\t{shown}\n"


def show(arguments: argparse.Namespace) -> None:
    """Print the lines, then how many there are. Raises Problem, BrokenPipeError."""
    os.chdir(PROJECT)  # the landing views know their files by paths from here
    settings = Settings.from_environment()
    print(WARNING, file=sys.stderr, flush=True)
    lakehouse = open_lakehouse(arguments, settings)
    open_file = opener(arguments, settings.landing)
    wanted, feed = frozenset(arguments.reason), arguments.feed
    end = "/" + arguments.file.lstrip("/") if arguments.file else ""
    of_feed = [file for file in rejected_files(lakehouse) if feed in (None, file.feed)]
    files = [f for f in of_feed if f"/{f.path}".endswith(end) and f.count(wanted)]
    if of_feed and not files:
        count = sum(file.count(frozenset()) for file in of_feed)
        raise Problem(
            f"none of {count:,} rejected lines of {feed or lakehouse.name} is as asked for: "
            "correct --file or --reason, or leave them out"
        )
    if not has_reason(UNREADABLE, wanted):  # finding them is what takes long
        for file in files:
            file.records.pop(UNREADABLE, None)
    lines = find_lines(lakehouse, open_file, files, wanted)
    shown = 0
    for line in islice(lines, arguments.limit or None):
        sys.stdout.write(render(*line, arguments.full))
        shown += 1
    sys.stdout.flush()
    total = sum(file.count(wanted) for file in files)
    more = "" if shown == total else f"; the first {shown:,} are shown (--limit 0 shows all)"
    said = f"{total:,} rejected lines in {len(files):,} files of {lakehouse.name}{more}"
    print(said, file=sys.stderr)


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser("show_rejected.py", __doc__)
    add = options.add_argument
    add("--feed", choices=tuple(feeds()), help="of one feed only")
    said = "with this reason, e.g. missing_email; may be given again for another"
    add("--reason", metavar="REASON", action="append", default=[], help=said)
    said = "of one file: its path below the landing root, or the end of it"
    add("--file", metavar="FILE", help=said)
    said = "not more than so many; 0 shows all (default: %(default)s)"
    add("--limit", metavar="N", type=whole, default=MOST_LINES, help=said)
    add("--full", action="store_true", help="do not cut long lines")
    add_options(options)
    return run(options, show, argv)


if __name__ == "__main__":
    sys.exit(main())
