#!/usr/bin/env python3
# Longer than most scripts: it takes many checks to replace nothing and to upload nothing twice.
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
import base64
import re
import shlex
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stedi import athena, command
from stedi.command import Problem, printable
from stedi.feeds import Feed, feeds, is_ingest_date_folder

from boto3.s3.transfer import ProgressCallbackInvoker, TransferConfig, create_transfer_manager
from tqdm import tqdm

PART_BYTES = 16 << 20  # larger files go in parts; S3 takes 5 MiB to 5 GiB
WORKERS = 10  # requests at a time; a single one rarely uses the whole bandwidth
MOST_NAMES = 10  # of files that a message lists
# Of the prefix, as macros/cross_db/is_s3_root.sql takes it: a build must be able to name it, too.
STEP = r"/(?![.]{1,2}(?:/|\Z))[^/\x00-\x1f\x7f\\'\"`*?#%{}\[\]^<>|~]+"
DEEPEST_LINK = 1  # links to folders are followed this deep: they may lead in circles


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
        """Return the checksum as S3 spells it: base64 of four bytes, the highest first."""
        crc = 0
        with self.place.open("rb") as content:
            while chunk := content.read(1 << 20):
                crc = zlib.crc32(chunk, crc)
        return base64.b64encode(crc.to_bytes(4, "big")).decode()


class Target:
    """The landing root on S3: s3://bucket/prefix, the prefix perhaps empty."""

    def __init__(self, url: str) -> None:
        """Read the address. Raises ArgumentTypeError."""
        address = re.fullmatch(f"s3://([a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9])((?:{STEP})*)/?", url)
        if not address:
            raise argparse.ArgumentTypeError(f"must be s3://bucket/prefix, not {url!r}")
        self.bucket, self.prefix = address[1], address[2].removeprefix("/")

    def object(self, path: str) -> dict[str, str]:
        """Return bucket and key of a path below the root."""
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{path}".lstrip("/")}

    def url(self, path: str = "") -> str:
        """Return the root's address, or that of a path below it as messages name it."""
        return "/".join(["s3:/", self.bucket, *filter(None, (self.prefix, printable(path)))])

    def sizes(self, client: Any, feed: Feed) -> dict[str, int]:
        """Path below the root -> bytes, of a feed's objects that a build does not skip."""
        folder = self.object(f"{feed.location}/")
        list_objects = client.get_paginator("list_objects_v2").paginate
        with athena.explained(f"{self.url()} cannot be listed (s3:ListBucket)"):
            pages = list_objects(Bucket=self.bucket, Prefix=folder["Key"])
            objects = [entry for page in pages for entry in page.get("Contents", [])]
        start = len(self.object("")["Key"])
        sizes = ((entry["Key"][start:], entry["Size"]) for entry in objects)
        return {path: size for path, size in sizes if not feed.is_skipped(path, size)}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("upload_landing.py", __doc__)
    add = result.add_argument
    add("root", metavar="ROOT", type=Path, help="landing root: the folder above the feeds")
    add("target", metavar="S3_URL", type=Target, help="s3://bucket/prefix, the root on S3")
    add("--dry-run", action="store_true", help="list what would be sent, with bytes; send nothing")
    add("--overwrite", action="store_true", help="replace objects that differ from the files")
    day = "put flat files by arrival, into ingest_date=YYYY-MM-DD/"
    add("--ingest-date", metavar="YYYY-MM-DD", type=ingest_date, help=day)
    command.add_aws_options(result, with_athena=False)
    return result


def ingest_date(text: str) -> str:
    """Check an argument that is a date. Raises ArgumentTypeError."""
    if not is_ingest_date_folder(f"ingest_date={text}"):
        raise argparse.ArgumentTypeError(
            f"must be a date of the calendar, YYYY-MM-DD, not {text!r}"
        )
    return text


def upload(arguments: argparse.Namespace) -> None:
    """Compare, send, sum up. Raises Problem, OSError for an unreadable file, KeyboardInterrupt."""
    target = arguments.target
    by_feed = {feed: list_files(arguments.root, feed) for feed in feeds().values()}
    if not any(by_feed.values()):
        folders = ", ".join(feed.location for feed in by_feed)
        raise Problem(f"{arguments.root} has no file to send in {folders}: name the folder above")
    for feed in [feed for feed, files in by_feed.items() if not files]:
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
    print("Build with them: paste this line, then dbt build --target athena")
    print(f"export STEDI_LANDING={shlex.quote(target.url())}")


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


def by_arrival(feed: Feed, file: File, day: str) -> File:
    """Return a flat file with its path in the folder of a day. Raises Problem if it is not flat."""
    if feed.is_by_arrival(file.path, file.shown):
        raise Problem(f"{file.shown} is in the folder of a day already: leave out --ingest-date")
    return File(file.place, file.size, f"{feed.location}/ingest_date={day}/{file.place.name}")


def list_target(
    client: Any, target: Target, by_feed: Mapping[Feed, Sequence[File]]
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


def refuse_another_day(target: Target, files: Sequence[File], there: Mapping[str, int]) -> None:
    """Refuse files of the same name and size as a feed has under another day. Raises Problem."""

    def without_day(path: str) -> str:
        return re.sub("/ingest_date=[^/]*", "", path)

    alike = {(without_day(file.path), file.size) for file in files}
    found = sorted(path for path, size in there.items() if (without_day(path), size) in alike)
    if found:
        raise Problem(
            f"{len(found):,} files are there under another day, with the same name and size: "
            f"{some(map(target.url, found))}. Nothing was sent, as a build would read them twice: "
            "go on with that day, move them away, or add --overwrite to send them again"
        )


def find_changed(client: Any, target: Target, files: Sequence[File], there: dict) -> list[File]:
    """Return the files whose objects have another size or checksum, or no checksum to compare."""

    def crc32_there(file: File) -> str | None:
        with athena.explained(f"{target.url(file.path)} cannot be checked (s3:GetObject)"):
            head = client.head_object(**target.object(file.path), ChecksumMode="ENABLED")
        return head.get("ChecksumCRC32")

    same_size = [file for file in files if there[file.path] == file.size]
    pool = ThreadPoolExecutor(WORKERS)
    try:
        checksums = pool.map(crc32_there, same_size)
        shown = {"desc": "comparing", "disable": None}
        pairs = tqdm(zip(same_size, checksums, strict=True), total=len(same_size), **shown)
        # A checksum of parts' checksums ends with their number, so it equals no file's. Files are
        # read here and not in the pool, so that a Ctrl-C need not wait for the end of large ones.
        equal = {file for file, crc32 in pairs if crc32 and crc32 == file.crc32()}
    finally:
        pool.shutdown(cancel_futures=True)
    return [file for file in files if file not in equal]


def send(client: Any, target: Target, new: Sequence[File], changed: Sequence[File]) -> None:
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


def some(names: Iterable[str]) -> str:
    """List the first names, count the others."""
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMES:,} more" if len(listed) > MOST_NAMES else ""
    return ", ".join(listed[:MOST_NAMES]) + more


def summary(files: Sequence[File]) -> str:
    """Count files and their bytes."""
    return f"{len(files):,} files, {sum(file.size for file in files):,} bytes"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    interrupted = "interrupted: finished files are kept, run the same command again to go on"
    return command.run(parser(), upload, argv, interrupted)


if __name__ == "__main__":
    sys.exit(main())
