#!/usr/bin/env python3
"""Copies a landing root to S3: the files that a build reads, and no others.

for example:
  upload_landing.py data/landing s3://your-landing-bucket/stedi --dry-run
  upload_landing.py data/landing s3://your-landing-bucket/stedi
  upload_landing.py today s3://your-landing-bucket/stedi --ingest-date 2026-11-27

Landing only grows: nothing is deleted, and an object with other content is replaced only with
--overwrite. An object that is there with the same size and checksum (CRC-32 of the whole object,
as S3 keeps it) is not sent again, so an interrupted upload continues when it is run again. S3
refuses a file that arrives with a wrong checksum, and a new one whose place somebody else has
taken meanwhile.
A build on Athena looks for new files only in a feed's newest days, so more files for an older day
that is there are refused, and so are days that are yet to come: --any-day sends them.
It takes the permissions s3:ListBucket, s3:GetObject, s3:PutObject and s3:AbortMultipartUpload.
A killed script (kill -9) may leave parts of objects, which are billed: a lifecycle rule that
aborts incomplete multipart uploads removes them.
AWS_ENDPOINT_URL points the script to another S3, e.g. a local one.
exit codes: 0 everything is there, 1 something was refused or could not be sent, 2 an option or
setting is missing or wrong, 130 interrupted (finished files are kept), 141 the reader of the
output has gone (as with | head)
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from stedi import athena, command
from stedi.command import Problem
from stedi.feeds import Feed, feeds, growing_days
from stedi.landing_files import (
    File,
    empty_feeds,
    in_day,
    in_older_days,
    ingest_date,
    is_yet_to_come,
    list_files,
    some,
    summary,
    under_another_day,
)
from stedi.s3_root import S3Root

from boto3.s3.transfer import ProgressCallbackInvoker, TransferConfig, create_transfer_manager
from tqdm import tqdm

PART_BYTES = 16 << 20  # larger files go in parts; S3 takes 5 MiB to 5 GiB
WORKERS = 10  # requests at a time; a single one rarely uses the whole bandwidth


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("upload_landing.py", __doc__)
    add = result.add_argument
    add("root", metavar="ROOT", type=Path, help="landing root: the folder above the feeds")
    add("target", metavar="S3_URL", type=S3Root, help="s3://bucket/prefix, the root on S3")
    add("--dry-run", action="store_true", help="list what would be sent, with bytes; send nothing")
    add("--overwrite", action="store_true", help="replace objects that differ from the files")
    day = "put flat files by arrival, into ingest_date=YYYY-MM-DD/"
    add("--ingest-date", metavar="YYYY-MM-DD", type=ingest_date, help=day)
    late = "also send files of days that are yet to come, or that builds look into no more"
    add("--any-day", action="store_true", help=late)
    command.add_aws_options(result, with_athena=False)
    return result


def upload(arguments: argparse.Namespace) -> None:
    """Compare, send, sum up. Raises Problem, OSError for an unreadable file, KeyboardInterrupt."""
    target = arguments.target
    by_feed = {feed: list_files(arguments.root, feed) for feed in feeds().values()}
    for feed in empty_feeds(arguments.root, by_feed):
        print(f"warning: no files in {arguments.root / feed.location}", file=sys.stderr)
    if arguments.ingest_date:
        by_feed = {
            feed: [by_arrival(feed, file, arguments.ingest_date) for file in files]
            for feed, files in by_feed.items()
        }
    client = athena.client("s3", arguments)
    there = list_target(client, target, by_feed)
    files = [file for of_feed in by_feed.values() for file in of_feed]
    others = sorted(there.keys() - {file.path for file in files})
    if others:
        said = "files are there, not in the source, and read by a build as well"
        print(f"{len(others):,} {said}: {some(map(target.url, others))}", file=sys.stderr)
    new = [file for file in files if file.path not in there]
    if arguments.ingest_date and not arguments.overwrite:
        refuse_another_day(target, new, there)
    changed = find_changed(client, target, [file for file in files if file.path in there], there)
    if changed and not arguments.overwrite:
        raise Problem(
            f"{len(changed):,} files are there with another content, or without a CRC-32 to "
            f"compare: {some(target.url(file.path) for file in changed)}. Nothing was sent, as "
            "landing only grows: give changed files another name, or replace with --overwrite"
        )
    if not arguments.any_day:
        refuse_days(target, new + changed, there)
    kept = len(files) - len(new) - len(changed)
    if arguments.dry_run:
        for file in new + changed:
            note = "  (replaced)" if file in changed else ""
            print(f"{file.size:>15,}  {target.url(file.path)}{note}")
        print(f"would send {summary(new + changed)}; there already: {kept:,}")
        return
    send(client, target, new, changed)
    print(
        f"{target.url()}: {summary(files)}, all right ({len(files) - kept:,} sent, {kept:,} kept)"
    )
    print("Build with them: paste this line, then make build TARGET=athena")
    print(f"export STEDI_LANDING={shlex.quote(target.url())}")


def by_arrival(feed: Feed, file: File, day: str) -> File:
    """Return a flat file with its path in the folder of a day. Raises Problem if it is not flat."""
    if feed.is_by_arrival(file.path, file.shown):
        raise Problem(f"{file.shown} is in the folder of a day already: leave out --ingest-date")
    return replace(file, path=in_day(file.path, day))


def list_target(
    client: Any, target: S3Root, by_feed: Mapping[Feed, Sequence[File]]
) -> dict[str, int]:
    """Return the objects at the target: path below the root -> bytes.

    Raises Problem if a build would stop at a file, here or there, or at both layouts of a feed.
    """
    there: dict[str, int] = {}
    for feed, files in by_feed.items():
        here = {file.path: file.shown for file in files}
        sizes = target.sizes(client, feed)
        feed.check_layout({path: target.url(path) for path in sizes} | here)
        there |= sizes
    return there


def refuse_another_day(target: S3Root, files: Sequence[File], there: Mapping[str, int]) -> None:
    """Refuse files of the same name and size as a feed has under another day. Raises Problem."""
    found = under_another_day(files, there)
    if found:
        raise Problem(
            f"{len(found):,} files are there under another day, with the same name and size: "
            f"{some(map(target.url, found))}. Nothing was sent, as a build would read them twice: "
            "go on with that day, move them away, or add --overwrite to send them again"
        )


def refuse_days(target: S3Root, files: Sequence[File], there: Mapping[str, int]) -> None:
    """Refuse files of days that are yet to come, or that builds are done with. Raises Problem."""
    early = [file.path for file in files if is_yet_to_come(file.path)]
    if early:
        raise Problem(
            f"{len(early):,} files are of a day that is yet to come: "
            f"{some(map(target.url, early))}. Nothing was sent, as builds would take it for the "
            "newest until then: correct the day, or add --any-day"
        )
    late = in_older_days(files, there)
    if late:
        raise Problem(
            f"{len(late):,} files are of a day that is there and has {growing_days()} newer ones: "
            f"{some(map(target.url, late))}. Nothing was sent, as builds on Athena look into such "
            "a day no more: give them the day they arrive on. Add --any-day if no build has run "
            "since that day's first file was sent, or if you load the feed anew (dbt run "
            "--full-refresh)"
        )


def find_changed(client: Any, target: S3Root, files: Sequence[File], there: dict) -> list[File]:
    """Return the files whose objects have another size or checksum, or no checksum to compare."""
    same_size = [file for file in files if there[file.path] == file.size]
    pool = ThreadPoolExecutor(WORKERS)
    try:
        checksums = pool.map(lambda file: target.crc32(client, file.path), same_size)
        shown = {"desc": "comparing", "disable": None}
        pairs = tqdm(zip(same_size, checksums, strict=True), total=len(same_size), **shown)
        # A checksum of parts' checksums ends with their number, so it equals no file's. Files are
        # read here and not in the pool, so that a Ctrl-C need not wait for the end of large ones.
        equal = {file for file, crc32 in pairs if crc32 and crc32 == file.crc32()}
    finally:
        pool.shutdown(cancel_futures=True)
    return [file for file in files if file not in equal]


def send(client: Any, target: S3Root, new: Sequence[File], changed: Sequence[File]) -> None:
    """Send files, each whole or not at all; S3 compares the checksum of what arrives.

    A new file replaces nothing, not even what came after the comparison. Raises Problem for the
    first that fails, KeyboardInterrupt; finished files stay.
    """
    replaced = {target.object(file.path)["Key"] for file in changed}

    def only_if_absent(params: dict, **_: object) -> None:
        if params["Key"] not in replaced:
            params["IfNoneMatch"] = "*"

    for step in ("PutObject", "CompleteMultipartUpload"):  # boto3's transfer has no option for it
        client.meta.events.register(f"before-parameter-build.s3.{step}", only_if_absent)
    files = [*new, *changed]
    config = TransferConfig(
        multipart_threshold=PART_BYTES,
        multipart_chunksize=PART_BYTES,
        max_concurrency=WORKERS,
        preferred_transfer_client="classic",
    )
    size = sum(file.size for file in files)
    with (
        tqdm(total=size, desc="sending", unit="B", unit_scale=True, disable=None) as bar,
        create_transfer_manager(client, config) as manager,
    ):
        futures = []
        for file in files:
            to = target.object(file.path)["Key"]
            how = {"ChecksumAlgorithm": "CRC32", "ChecksumCRC32": file.crc32()}
            seen = [ProgressCallbackInvoker(bar.update)]
            futures.append(manager.upload(str(file.place), target.bucket, to, how, seen))
        for file, future in zip(files, futures, strict=True):
            doing = f"{file.shown} could not be sent to {target.url(file.path)} (s3:PutObject)"
            with athena.explained(f"{doing}; finished files are kept, run again to go on"):
                future.result()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    interrupted = "interrupted: finished files are kept, run the same command again to go on"
    return command.run(parser(), upload, argv, interrupted)


if __name__ == "__main__":
    sys.exit(main())
