"""Sends files to S3, each whole or not at all, and checks what has arrived."""

from __future__ import annotations

import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from athena_query.session import Problem, error_code, explain, sentence
from botocore.exceptions import BotoCoreError, ClientError

from .crew import Crew
from .destination import DENIED, Address, Content, read_content, spell_crc32
from .source import SourceFile

MOST_PARTS = 10_000  # of one object; S3's bound
# What a conditional write answers if its first attempt had arrived, but S3's answer was lost.
MAYBE_ARRIVED = ("PreconditionFailed", "NoSuchUpload")


class Body(io.BytesIO):
    """Bytes on their way: what is read counts as sent, what is read again does not count twice."""

    def __init__(self, data: bytes, advance: Callable[[int], None]) -> None:
        """Tell `advance` how many bytes were read, or fewer than 0 when they come again."""
        super().__init__(data)
        self._advance = advance
        self._counted = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on. Raises Stopped if the work is to end."""
        data = super().read(size)
        self._advance(self.tell() - self._counted)
        self._counted = self.tell()
        return data


@dataclass(frozen=True)
class Sender:
    """Sends files to a landing root on S3.

    A file up to `part_bytes` goes at once, a larger one in parts, one after the other: so no part
    is under way when an unfinished file is given up. Files go side by side. Part sizes are at
    least 5 MiB, S3's bound; each thread keeps one part in memory.
    """

    client: Any
    address: Address
    part_bytes: int = 16 << 20

    def send(self, files: Sequence[SourceFile], overwritten: frozenset[SourceFile]) -> None:
        """Send files; those that are not to be overwritten only where no object stands.

        Raises Problem for the first that fails, KeyboardInterrupt; finished files stay.
        """
        crew = Crew("sending", sum(file.size for file in files))

        def send_one(file: SourceFile) -> None:
            condition = {} if file in overwritten else {"IfNoneMatch": "*"}
            sent = self._send(file, condition, crew)
            self._check(file, sent)

        crew.work(send_one, files)

    def _send(self, file: SourceFile, condition: dict[str, str], crew: Crew) -> Content:
        """Send a file; return what must have arrived. Raises Problem, Stopped."""
        try:
            if file.size <= self.part_bytes:
                return self._send_at_once(file, condition, crew)
            return self._send_in_parts(file, condition, crew)
        except (ClientError, BotoCoreError) as error:
            right = ", which takes s3:PutObject" if error_code(error) in DENIED else ""
            doing = f"{file.place} could not be sent to {self.address.url(file.path)}{right}"
            remedy = "run again to go on; finished files are kept"
            raise explain(error, doing, remedy) from error

    def _send_at_once(self, file: SourceFile, condition: dict[str, str], crew: Crew) -> Content:
        """Send a small file. Raises ClientError, BotoCoreError, Problem, Stopped."""
        (data,) = read_parts(file, self.part_bytes)
        crc = spell_crc32(zlib.crc32(data))
        try:
            self.client.put_object(
                **self._place(file),
                Body=Body(data, crew.advance),
                ChecksumAlgorithm="CRC32",
                ChecksumCRC32=crc,
                **condition,
            )
        except ClientError as error:
            if error_code(error) not in MAYBE_ARRIVED:
                raise
        return Content(len(data), crc)

    def _send_in_parts(self, file: SourceFile, condition: dict[str, str], crew: Crew) -> Content:
        """Send a large file. Raises ClientError, BotoCoreError, Problem, Stopped."""
        upload = self.client.create_multipart_upload(
            **self._place(file), ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT"
        )
        place = self._place(file) | {"UploadId": upload["UploadId"]}
        try:
            parts = []
            crc = 0
            part_bytes = max(self.part_bytes, -(-file.size // MOST_PARTS))
            for number, data in enumerate(read_parts(file, part_bytes), 1):
                crc = zlib.crc32(data, crc)
                part_crc = spell_crc32(zlib.crc32(data))
                answer = self.client.upload_part(
                    **place,
                    PartNumber=number,
                    Body=Body(data, crew.advance),
                    ChecksumAlgorithm="CRC32",
                    ChecksumCRC32=part_crc,
                )
                parts.append(
                    {"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": part_crc}
                )
            crew.advance(0)
            self.client.complete_multipart_upload(
                **place,
                MultipartUpload={"Parts": parts},
                ChecksumType="FULL_OBJECT",
                ChecksumCRC32=spell_crc32(crc),
                MpuObjectSize=file.size,
                **condition,
            )
        except BaseException as error:
            self._abort(file, place)
            if error_code(error) not in MAYBE_ARRIVED:
                raise
        return Content(file.size, spell_crc32(crc))

    def _abort(self, file: SourceFile, place: dict[str, str]) -> None:
        """Take back the parts of an unfinished file; says so where S3 does not let them go."""
        try:
            self.client.abort_multipart_upload(**place)
        except (ClientError, BotoCoreError) as error:
            if error_code(error) != "NoSuchUpload":
                print(
                    f"S3 keeps the parts of {self.address.url(file.path)} that were sent, "
                    f"{sentence(error)}: aws s3api abort-multipart-upload --bucket "
                    f"{place['Bucket']} --key {place['Key']} --upload-id {place['UploadId']}",
                    file=sys.stderr,
                )

    def _check(self, file: SourceFile, sent: Content) -> None:
        """Compare an object with what was sent. Raises Problem."""
        there = read_content(self.client, self.address, file.path)
        if there != sent:
            raise Problem(
                f"{self.address.url(file.path)} is not what was sent of {file.place} "
                f"({there.size} bytes, CRC-32 {there.crc32}; sent {sent.size}, {sent.crc32}): "
                "does someone else write there? Run again with --overwrite"
            )

    def _place(self, file: SourceFile) -> dict[str, str]:
        """Return the object's place, as S3's methods name it."""
        return {"Bucket": self.address.bucket, "Key": self.address.key(file.path)}


def read_parts(file: SourceFile, part_bytes: int) -> Iterator[bytes]:
    """Yield a file's bytes, in parts of one size but the last; an empty file is one empty part.

    Raises Problem if it cannot be read, or has changed since it was listed or while it was read.
    """
    try:
        with file.place.open("rb") as content:
            begin = os.fstat(content.fileno())
            for start in range(0, max(file.size, 1), part_bytes):
                data = content.read(part_bytes)
                end = os.fstat(content.fileno())
                if (
                    len(data) != min(part_bytes, file.size - start)
                    or end.st_size != file.size
                    or end.st_mtime_ns != begin.st_mtime_ns
                ):
                    remedy = "run again when it is complete"
                    raise Problem(f"{file.place} changes while it is being sent: {remedy}")
                yield data
    except OSError as error:
        raise Problem(f"{file.place} cannot be read, {error.strerror}: make it readable") from None
