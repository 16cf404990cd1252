"""A landing root on S3."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any

from . import athena
from .command import printable
from .feeds import Feed

# Of the prefix, as macros/cross_db/is_s3_root.sql takes it: a build must be able to name it, too.
STEP = r"/(?![.]{1,2}(?:/|\Z))[^/\x00-\x1f\x7f\\'\"`*?#%{}\[\]^<>|~]+"


class S3Root:
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

    def objects(self, client: Any, feed: Feed) -> Iterator[tuple[str, dict]]:
        """Yield what a build reads of a feed: path below the root; Size, LastModified, ETag.

        Raises Problem.
        """
        folder = self.object(f"{feed.location}/")
        start = len(self.object("")["Key"])
        list_objects = client.get_paginator("list_objects_v2").paginate
        with athena.explained(f"{self.url()} cannot be listed (s3:ListBucket)"):
            for page in list_objects(Bucket=self.bucket, Prefix=folder["Key"]):
                for entry in page.get("Contents", []):
                    path = entry["Key"][start:]
                    if not feed.is_skipped(path, entry["Size"]):
                        yield path, entry

    def sizes(self, client: Any, feed: Feed) -> dict[str, int]:
        """Path below the root -> bytes, of the same objects. Raises Problem."""
        return {path: entry["Size"] for path, entry in self.objects(client, feed)}

    def crc32(self, client: Any, path: str) -> str | None:
        """Return the CRC-32 that S3 keeps of an object, if any; that of parts ends with a number.

        Raises Problem.
        """
        with athena.explained(f"{self.url(path)} cannot be checked (s3:GetObject)"):
            head = client.head_object(**self.object(path), ChecksumMode="ENABLED")
        return head.get("ChecksumCRC32")
