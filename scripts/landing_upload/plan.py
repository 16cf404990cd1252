"""What must be sent: the files of the source against the objects at the destination."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from athena_query.session import Problem

from .crew import Crew
from .destination import Address, read_content, spell_crc32
from .rules import FEEDS, LayoutError, check_layout
from .source import SourceFile

CHUNK_BYTES = 1 << 20


@dataclass
class Plan:
    """Files to be sent anew, to be sent over an object, and there already; objects beside them."""

    new: list[SourceFile] = field(default_factory=list)
    changed: list[SourceFile] = field(default_factory=list)
    kept: list[SourceFile] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def to_send(self) -> list[SourceFile]:
        """What must be sent."""
        return self.new + self.changed


def check_layouts(
    source: Mapping[str, list[SourceFile]],
    address: Address,
    destination: Mapping[str, Mapping[str, int]],
) -> None:
    """Check that each feed, with what lies at the destination, has one layout.

    Raises Problem that names a file.
    """
    for feed in FEEDS:
        files = source.get(feed, [])
        here = {file.path: str(file.place) for file in files}
        there = {path: address.url(path) for path in destination[feed]}
        try:
            check_layout(feed, here)
            check_layout(feed, there | here)
        except LayoutError as error:
            raise Problem(str(error)) from None


def make_plan(
    client: Any,
    source: Mapping[str, list[SourceFile]],
    address: Address,
    destination: Mapping[str, Mapping[str, int]],
) -> Plan:
    """Compare every file with its object; equal are those of one size and one checksum.

    Raises Problem if a file cannot be read or S3 does not answer, KeyboardInterrupt.
    """
    files = [file for feed in FEEDS for file in source.get(feed, [])]
    sizes = {path: size for feed in FEEDS for path, size in destination[feed].items()}
    plan = Plan(
        new=[file for file in files if file.path not in sizes],
        changed=[file for file in files if sizes.get(file.path, file.size) != file.size],
        others=sorted(sizes.keys() - {file.path for file in files}),
    )
    alike = [file for file in files if sizes.get(file.path) == file.size]
    crew = Crew("comparing", sum(file.size for file in alike))

    def is_equal(file: SourceFile) -> bool:
        there = read_content(client, address, file.path).crc32
        return there is not None and there == file_crc32(file, crew)

    for file, equal in zip(alike, crew.work(is_equal, alike), strict=True):
        (plan.kept if equal else plan.changed).append(file)
    return plan


def file_crc32(file: SourceFile, crew: Crew) -> str:
    """Compute a file's checksum. Raises Problem if it cannot be read, Stopped."""
    crc = 0
    try:
        with file.place.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                crc = zlib.crc32(chunk, crc)
                crew.advance(len(chunk))
    except OSError as error:
        raise Problem(f"{file.place} cannot be read, {error.strerror}: make it readable") from None
    return spell_crc32(crc)
