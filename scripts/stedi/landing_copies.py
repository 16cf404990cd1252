"""Two landing roots, in folders or on S3, of which one is copied to the other."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import athena
from .command import printable
from .feeds import Feed
from .landing_files import File, crc32, list_files
from .s3_root import S3Root


@dataclass(frozen=True)
class Move:
    """A file: its path below the old root, its size in bytes, its path below the new one."""

    source: str
    size: int
    path: str


class Folder:
    """A landing root on this machine. All methods raise OSError."""

    def __init__(self, root: Path) -> None:
        """Take the root's folder."""
        self.root = root

    def url(self, path: str = "") -> str:
        """Return the root, or a path below it, as messages name it."""
        return printable((self.root / path).as_posix())

    def files(self, feed: Feed) -> dict[str, tuple[int, datetime]]:
        """Path below the root -> size in bytes, last modification. Raises Problem."""
        found = {}
        for file in list_files(self.root, feed):
            modified = datetime.fromtimestamp(file.place.stat().st_mtime, UTC)
            found[file.path] = (file.size, modified)
        return found

    def crc32(self, path: str) -> str:
        """Return a file's CRC-32."""
        return File(self.root / path, 0, path).crc32()

    def copy(self, source: Folder, move: Move) -> None:
        """Copy a file; it appears whole, and keeps its time."""
        place = self.root / move.path
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{os.getpid()}.part")  # hidden: a build skips it
        try:
            shutil.copy2(source.root / move.source, part)
            part.replace(place)
        finally:
            with suppress(OSError):
                part.unlink()

    def delete(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()


class Bucket:
    """A landing root on S3. All methods raise Problem."""

    def __init__(self, root: S3Root, client: Any) -> None:
        """Take the root's address and a client of S3."""
        self.root, self.client = root, client
        self.url = root.url

    def files(self, feed: Feed) -> dict[str, tuple[int, datetime]]:
        """Path below the root -> size in bytes, last modification."""
        objects = self.root.objects(self.client, feed)
        return {path: (entry["Size"], entry["LastModified"]) for path, entry in objects}

    def crc32(self, path: str) -> str:
        """Return an object's CRC-32: what S3 keeps, else that of what it sends."""
        kept = self.root.crc32(self.client, path)
        if kept and "-" not in kept:  # that of an upload in parts is of the parts' checksums
            return kept
        with athena.explained(f"{self.url(path)} cannot be read (s3:GetObject)", OSError):
            return crc32(self.client.get_object(**self.root.object(path))["Body"])

    def copy(self, source: Bucket, move: Move) -> None:
        """Have S3 copy an object and keep a CRC-32 of it; no byte passes this machine."""
        doing = f"{source.url(move.source)} could not be copied to {self.url(move.path)}"
        with athena.explained(f"{doing} (s3:PutObject; an object has 5 GB at most)"):
            self.client.copy_object(
                **self.root.object(move.path),
                CopySource=source.root.object(move.source),
                ChecksumAlgorithm="CRC32",
            )

    def delete(self, path: str) -> None:
        """Delete an object."""
        with athena.explained(f"{self.url(path)} could not be deleted (s3:DeleteObject)"):
            self.client.delete_object(**self.root.object(path))
