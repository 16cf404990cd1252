"""Odd files: a name that may be odd, and content made from clean lines."""

import struct
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

# Sizes of long lines in bytes; the longest line that a reader must take is 16 MiB.
LONG = 300 << 10
HUGE = (16 << 20) - 1024


def _lines(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _stored_gzip(content: bytes) -> bytes:
    """Return gzip data without compression, whose bytes do not depend on a zlib version."""
    head = b"\x1f\x8b\x08" + bytes(5) + b"\x00\xff"
    block = struct.pack("<BHH", 1, len(content), len(content) ^ 0xFFFF) + content
    return head + block + struct.pack("<II", zlib.crc32(content), len(content))


def _first_line_of(size: int) -> Callable[[Sequence[bytes]], bytes]:
    """Return a writer of lines whose first line has this size in bytes, the line end included."""

    def content(lines: Sequence[bytes]) -> bytes:
        padding = size - len(lines[0]) - len(b'"note":"",\n')
        return _lines([b'{"note":"' + b"a" * padding + b'",' + lines[0][1:], *lines[1:]])

    return content


class FileKind(NamedTuple):
    """A kind of odd file. Of the lines it is made from a reader sees each one, or none."""

    name: str
    path: str
    seen: bool
    content: Callable[[Sequence[bytes]], bytes]


# How many clean lines each odd file is made from.
SAMPLE = 3
# A reader may drop the mark at the start of a file, so the line after it is cut as well.
MARK_AND_CUT_LINE = b'\xef\xbb\xbf{"cut":\n'
BOM_FILE = "byte_order_mark_at_the_start"

FILE_KINDS = (
    FileKind("empty_file", "{feed}-empty.json", False, lambda lines: b""),
    FileKind("blank_file", "{feed}-blank.json", False, lambda lines: b" \n\t\r\n\x0b\x0c\n\n"),
    FileKind("gzip_file", "{feed}-zip.json.gz", True, lambda lines: _stored_gzip(_lines(lines))),
    FileKind("crlf_file", "{feed}-crlf.json", True, lambda lines: b"\r\n".join([*lines, b""])),
    FileKind("no_newline_at_end", "{feed}-open.json", True, lambda lines: b"\n".join(lines)),
    FileKind(BOM_FILE, "{feed}-bom.json", True, lambda lines: MARK_AND_CUT_LINE + _lines(lines)),
    FileKind("long_line", "{feed}-long.json", True, _first_line_of(LONG)),
    FileKind("name_with_other_ending", "{feed}.txt", True, _lines),
    FileKind("name_without_ending", "{feed}", True, _lines),
    FileKind("name_with_blanks", "{feed} 1 (copy).json", True, _lines),
    FileKind("name_with_quotes", "{feed} 'a' \"b\".json", True, _lines),
    FileKind("name_with_brackets", "{feed}[1]{{2}}.json", True, _lines),
    FileKind("name_with_percent", "{feed}%20100%.json", True, _lines),
    FileKind("name_with_unicode", "{feed}-größe-日本.json", True, _lines),
    FileKind("name_with_symbols", "{feed}+#&=;,@.json", True, _lines),
    FileKind("skipped_underscore_file", "_SUCCESS", False, _lines),
    FileKind("skipped_dot_file", ".{feed}.crc", False, lambda lines: b"\xff\x00garbage"),
    FileKind("skipped_underscore_folder", "_temporary/{feed}.json", False, _lines),
    FileKind("skipped_dot_folder", ".staging/{feed}.json", False, lambda lines: b"garbage{"),
)
HUGE_LINE = FileKind("huge_line", "{feed}-huge.json", True, _first_line_of(HUGE))
