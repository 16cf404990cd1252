#!/usr/bin/env python3
"""Copies a flat landing root to a new one that is laid out by arrival, day by day.

for example:
  lay_out_by_arrival.py s3://your-bucket/stedi s3://your-bucket/stedi/by_day --dry-run
  lay_out_by_arrival.py s3://your-bucket/stedi s3://your-bucket/stedi/by_day
  lay_out_by_arrival.py data/landing data/by_day

Both roots are folders, or both are on S3. Each flat file goes to ingest_date=YYYY-MM-DD/, the
day of its last modification (UTC) or of --ingest-date; a feed that is by arrival keeps its days.
A feed may not have both layouts, so the landing root stays as it is while it is copied. With a
landing that grows: let the senders write to the new root, run this once more, then let
STEDI_LANDING name the new root. The next build loads everything anew.
What is there with the same size and checksum (CRC-32) is not copied again, so an interrupted
copy continues when it is run again; nothing is replaced. Every copy is compared with its source.
It takes the permissions s3:ListBucket, s3:GetObject, s3:PutObject; with --delete-source
s3:DeleteObject. An object of which S3 keeps no CRC-32 is read. In folders a killed script
(kill -9) may leave a hidden file that ends in .part, which no build reads.
exit codes: 0 everything is there, 1 something was refused or could not be copied, 2 an option or
setting is missing or wrong, 130 interrupted (finished files are kept), 141 the reader of the
output has gone (as with | head)
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stedi import athena, command
from stedi.command import Problem, SettingProblem
from stedi.feeds import Feed, feeds
from stedi.landing_copies import Bucket, Folder, Move
from stedi.landing_files import (
    empty_feeds,
    in_day,
    ingest_date,
    some,
    summary,
    under_another_day,
)
from stedi.s3_root import S3Root

from tqdm import tqdm

WORKERS = 10  # files at a time; one rarely uses the whole bandwidth


def landing_root(text: str) -> Path | S3Root:
    """Check an argument that is a landing root. Raises ArgumentTypeError."""
    return S3Root(text) if "://" in text else Path(text)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("lay_out_by_arrival.py", __doc__)
    add = result.add_argument
    add("root", metavar="ROOT", type=landing_root, help="landing root: a folder, s3://…")
    add("target", metavar="NEW_ROOT", type=landing_root, help="another one, new or half copied")
    add("--dry-run", action="store_true", help="list what would be copied, with bytes")
    add("--delete-source", action="store_true", help="delete the old files once all are copied")
    day = "one day for all flat files, in place of their own"
    add("--ingest-date", metavar="YYYY-MM-DD", type=ingest_date, help=day)
    command.add_aws_options(result, with_athena=False)
    return result


def open_roots(arguments: argparse.Namespace) -> tuple[Folder, Folder] | tuple[Bucket, Bucket]:
    """Return both roots, two folders or two places on S3. Raises SettingProblem."""
    roots = [arguments.root, arguments.target]
    on_s3 = [isinstance(root, S3Root) for root in roots]
    if on_s3 == [False, True]:
        said = "scripts/upload_landing.py --ingest-date sends a folder to S3"
        raise SettingProblem(f"both roots must be folders, or both on S3: {said}")
    if on_s3 == [True, False]:
        raise SettingProblem("both roots must be folders, or both on S3")
    places = [root.url() if on_s3[0] else root.resolve().as_posix() for root in roots]
    for one, other in (places, places[::-1]):
        inside = [f"{other}/{feed.location}/" for feed in feeds().values()]
        if one == other or f"{one}/".startswith(tuple(inside)):
            said = "lies among the files of" if one != other else "is the same root as"
            raise SettingProblem(f"{one} {said} {other}: name a new root beside it")
    if on_s3[0]:
        client = athena.client("s3", arguments)
        return Bucket(roots[0], client), Bucket(roots[1], client)
    return Folder(roots[0]), Folder(roots[1])


def lay_out(arguments: argparse.Namespace) -> None:
    """Compare, copy, compare again, sum up. Raises Problem, OSError, KeyboardInterrupt."""
    source, target = open_roots(arguments)
    moves = {feed: plan(source, feed, arguments.ingest_date) for feed in feeds().values()}
    for feed in empty_feeds(source.url(), moves):
        print(f"warning: no files in {source.url(feed.location)}", file=sys.stderr)
    there: dict[str, int] = {}
    for feed, files in moves.items():
        sizes = {path: size for path, (size, _) in target.files(feed).items()}
        feed.check_layout({path: target.url(path) for path in [*sizes, *(f.path for f in files)]})
        there |= sizes
    everything = [move for files in moves.values() for move in files]
    refuse(source, target, everything, there)
    new = [move for move in everything if move.path not in there]
    if arguments.dry_run:
        for move in new:
            print(f"{move.size:>15,}  {target.url(move.path)}")
        print(f"would copy {summary(new)}; there already: {len(everything) - len(new):,}")
        return

    def copy(move: Move) -> None:
        target.copy(source, move)
        if source.crc32(move.source) != target.crc32(move.path):
            target.delete(move.path)
            raise Problem(f"{source.url(move.source)} changed while it was copied: run again")

    each(copy, new, "copying")
    kept = len(everything) - len(new)
    print(f"{target.url()}: {summary(everything)}, all right ({len(new):,} copied, {kept:,} kept)")
    if arguments.delete_source:
        each(lambda move: source.delete(move.source), everything, "deleting")
        print(f"{source.url()}: {len(everything):,} files deleted")
    print("Build with them: paste this line, then dbt build")
    print(f"export STEDI_LANDING={shlex.quote(target.url())}")


def plan(source: Folder | Bucket, feed: Feed, day: str | None) -> list[Move]:
    """Return a feed's files with their new paths. Raises Problem if a build would refuse them."""
    found = source.files(feed)
    feed.check_layout({path: source.url(path) for path in found})
    return [
        Move(
            path,
            size,
            path if feed.is_by_arrival(path) else in_day(path, day or f"{modified:%Y-%m-%d}"),
        )
        for path, (size, modified) in sorted(found.items())
    ]


def refuse(
    source: Folder | Bucket,
    target: Folder | Bucket,
    moves: Sequence[Move],
    there: Mapping[str, int],
) -> None:
    """Refuse to replace a file, and to have one under two days. Raises Problem."""
    flat = [move for move in moves if move.path != move.source]
    found = under_another_day(flat, there)
    if found:
        raise Problem(
            f"{len(found):,} files are there under another day, with the same name and size: "
            f"{some(map(target.url, found))}. Nothing was copied, as a build would read them "
            "twice: give that day with --ingest-date, or move them away"
        )
    differs = {move for move in moves if there.get(move.path, move.size) != move.size}

    def compare(move: Move) -> None:
        if source.crc32(move.source) != target.crc32(move.path):
            differs.add(move)

    same_size = [move for move in moves if there.get(move.path) == move.size]
    each(compare, same_size, "comparing")
    if differs:
        raise Problem(
            f"{len(differs):,} files are there with another content: "
            f"{some(sorted(target.url(move.path) for move in differs))}. Nothing was copied: move "
            "them away, or name another root"
        )


def each(work: Callable[[Move], None], moves: Sequence[Move], doing: str) -> None:
    """Do some work with files, several at a time. Raises the error of the first that fails."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for _ in tqdm(pool.map(work, moves), total=len(moves), desc=doing, disable=None):
            pass
    finally:
        pool.shutdown(cancel_futures=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    interrupted = "interrupted: finished files are kept, run the same command again to go on"
    return command.run(parser(), lay_out, argv, interrupted)


if __name__ == "__main__":
    sys.exit(main())
