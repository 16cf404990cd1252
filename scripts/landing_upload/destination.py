"""The landing root on S3: its address, its objects, their checksums.

The checksum is CRC-32 of the whole object. S3 has checked it before an object appears, whether it
was sent at once or in parts, so it can be compared with a file's whatever the parts were. S3 knows
SHA-256 of an object sent in parts only as a sum of the parts' sums, and CRC-64/NVME, the third
choice, takes a C library that boto3 does not bring.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from athena_query.session import Problem, error_code, explain
from botocore.exceptions import BotoCoreError, ClientError

from .rules import FEEDS, is_skipped

BUCKET = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DENIED = ("AccessDenied", "403")


@dataclass(frozen=True)
class Address:
    """A place on S3: s3://bucket/prefix, the prefix without slashes around it, perhaps empty."""

    bucket: str
    prefix: str

    def key(self, path: str) -> str:
        """Return the key of a path below the place."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def url(self, path: str = "") -> str:
        """Return the address of a path below the place, or its own."""
        return "/".join(["s3:/", self.bucket, *filter(None, (self.prefix, path))])


@dataclass(frozen=True)
class Content:
    """What is known of an object: bytes, CRC-32 of the whole object in S3's spelling, if any."""

    size: int
    crc32: str | None


def parse_address(url: str) -> Address:
    """Read s3://bucket/prefix. Raises ValueError with what is wrong."""
    scheme, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    prefix = prefix.rstrip("/")
    if scheme != "s3" or not BUCKET.fullmatch(bucket):
        raise ValueError(f"must be s3://bucket/prefix with the name of a bucket, not {url!r}")
    if prefix and not all(prefix.split("/")):
        raise ValueError(f"has an empty folder name, {url!r}: take out one of the slashes")
    return Address(bucket, prefix)


def spell_crc32(crc: int) -> str:
    """Spell a CRC-32 as S3 does: base64 of its four bytes, the highest first."""
    return base64.b64encode(crc.to_bytes(4, "big")).decode("ascii")


def list_destination(client: Any, address: Address) -> dict[str, dict[str, int]]:
    """Feed -> path below the landing root -> bytes, of the objects that a build does not skip.

    Raises Problem if the bucket is missing or may not be listed.
    """
    found: dict[str, dict[str, int]] = {}
    for feed in FEEDS:
        try:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=address.bucket, Prefix=address.key(feed) + "/"
            )
            objects = [entry for page in pages for entry in page.get("Contents", [])]
        except (ClientError, BotoCoreError) as error:
            raise bucket_problem(error, address) from error
        sizes = {entry["Key"][len(address.key("")) :]: entry["Size"] for entry in objects}
        found[feed] = {
            path: size
            for path, size in sizes.items()
            # A console's "folder" is an empty object with a slash at its end.
            if not is_skipped(feed, path) and (size or not path.endswith("/"))
        }
    return found


def bucket_problem(error: ClientError | BotoCoreError, address: Address) -> Problem:
    """Say why a bucket cannot be listed."""
    doing = f"s3://{address.bucket} cannot be listed"
    if error_code(error) == "NoSuchBucket":
        remedy = f"correct its name, or make it: aws s3 mb s3://{address.bucket}"
        return explain(error, doing, remedy)
    if error_code(error) in DENIED:
        return explain(error, f"{doing}, which takes s3:ListBucket")
    return explain(error, doing)


def read_content(client: Any, address: Address, path: str) -> Content:
    """Ask S3 for an object's size and checksum. Raises Problem."""
    try:
        head = client.head_object(
            Bucket=address.bucket, Key=address.key(path), ChecksumMode="ENABLED"
        )
    except (ClientError, BotoCoreError) as error:
        right = ", which takes s3:GetObject" if error_code(error) in DENIED else ""
        raise explain(error, f"{address.url(path)} cannot be checked{right}") from error
    # A checksum of parts' checksums ends with their number, so it equals no file's.
    return Content(head["ContentLength"], head.get("ChecksumCRC32"))
