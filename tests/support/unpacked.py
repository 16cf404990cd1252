"""What stands in a file of an Iceberg table: compressed bytes hide a name from a plain search."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import duckdb

AVRO, GZIP, PARQUET = b"Obj\x01", b"\x1f\x8b", b"PAR1"
SYNC_MARKER = 16  # bytes after each block of an Avro file


def unpacked(content: bytes, scratch: Path) -> bytes:
    """Return the bytes of a file and what they hold when they are not compressed.

    Args:
        scratch: a file that may be written over.
    """
    if content.startswith(AVRO):
        return content + b"".join(avro_blocks(content))
    if content.startswith(GZIP):
        return content + gzip.decompress(content)
    if content.startswith(PARQUET):
        scratch.write_bytes(content)
        return content + repr(duckdb.sql(f"from read_parquet('{scratch}')").fetchall()).encode()
    return content


def avro_blocks(content: bytes) -> list[bytes]:
    """The inflated blocks of an Avro file; its specification, "Object Container Files"."""
    file = io.BytesIO(content[len(AVRO) :])
    metadata = {}
    while pairs := read_long(file):
        assert pairs > 0, "a map with its size in bytes: no writer seen here makes one"
        metadata |= {read_bytes(file): read_bytes(file) for _ in range(pairs)}
    file.seek(SYNC_MARKER, io.SEEK_CUR)
    blocks = []
    while file.tell() < len(content) - len(AVRO):
        read_long(file)  # number of objects
        blocks.append(read_bytes(file))
        file.seek(SYNC_MARKER, io.SEEK_CUR)
    codec = metadata.get(b"avro.codec", b"null")
    assert codec in (b"null", b"deflate"), codec
    return blocks if codec == b"null" else [zlib.decompress(block, -15) for block in blocks]


def read_long(file: io.BytesIO) -> int:
    """Read a whole number: seven bits a byte, the lowest first, the sign in the last bit."""
    bits = shift = 0
    while True:
        (byte,) = file.read(1)
        bits |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (bits >> 1) ^ -(bits & 1)


def read_bytes(file: io.BytesIO) -> bytes:
    return file.read(read_long(file))
