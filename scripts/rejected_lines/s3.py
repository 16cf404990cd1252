"""Opens landing files on S3; their errors are those of files."""

from __future__ import annotations

import argparse
import io
from typing import Any, BinaryIO

from athena_query.session import error_code, sentence
from botocore.exceptions import BotoCoreError, ClientError
from lakehouse_reader import SettingProblem
from lakehouse_reader.athena import client

from .landing import Opener

MISSING = ("NoSuchKey", "NoSuchBucket", "404")
CHUNK = 1 << 20


class Body(io.RawIOBase):
    """The bytes of an object as they arrive."""

    def __init__(self, body: Any) -> None:
        """Take what GetObject gives."""
        self._body = body

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:
        """Read what fits into the buffer. Raises OSError."""
        try:
            data = self._body.read(len(buffer))
        except BotoCoreError as error:
            raise OSError(sentence(error)) from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Hang up."""
        self._body.close()
        super().close()


def s3_opener(root: str, arguments: argparse.Namespace) -> Opener:
    """Return what opens the objects of a landing root. Raises Problem."""
    bucket, _, prefix = root.removeprefix("s3://").rstrip("/").partition("/")
    if not root.startswith("s3://") or not bucket:
        raise SettingProblem(
            f"STEDI_LANDING is {root!r}: with --target athena it is s3://bucket/prefix"
        )
    s3 = client(arguments, "s3")

    def open_object(path: str) -> BinaryIO:
        key = f"{prefix}/{path}" if prefix else path
        try:
            body = s3.get_object(Bucket=bucket, Key=key)["Body"]
        except ClientError as error:
            kind = FileNotFoundError if error_code(error) in MISSING else OSError
            raise kind(sentence(error)) from error
        except BotoCoreError as error:
            raise OSError(sentence(error)) from error
        return io.BufferedReader(Body(body), CHUNK)

    return open_object
