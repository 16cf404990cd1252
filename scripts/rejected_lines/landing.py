"""Reads the lines of landing files as the build reads them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lakehouse_reader import Problem, SettingProblem

WHITE_SPACE = b" \t\n\x0b\x0c\r"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIPPED = ".gz"
REMEDY = "set STEDI_LANDING to the root that was built, or build again"

# Opens a file by its path below the landing root. Raises OSError.
Opener = Callable[[str], BinaryIO]


def folder_opener(root: str) -> Opener:
    """Return what opens the files of a landing root on disk. Raises SettingProblem."""
    if root.startswith("s3://"):
        raise SettingProblem(
            f"STEDI_LANDING is {root}: with --target local the landing root is a folder"
        )
    folder = Path(root).expanduser()
    return lambda path: (folder / path).open("rb")


@contextmanager
def opened(path: str, open_file: Opener) -> Iterator[BinaryIO]:
    """Give a file's bytes, inflated where its name ends with .gz. Raises Problem."""
    try:
        with open_file(path) as file:
            yield gzip.GzipFile(fileobj=file) if path.endswith(GZIPPED) else file
    except (FileNotFoundError, NotADirectoryError):
        raise Problem(f"{path} is not below the landing root: {REMEDY}") from None
    except (OSError, EOFError, zlib.error) as error:  # broken gzip is one of them
        raise Problem(f"{path} cannot be read: {error}") from error


@dataclass(frozen=True)
class Line:
    """A line that is a record: its number, what the engine reads of it, what was delivered.

    Neither has white space around. Numbers count line feeds, as editors do.
    """

    number: int
    record: bytes
    delivered: bytes


def read_lines(
    file: BinaryIO, ends_lines_at_cr: bool, drops_byte_order_mark: bool
) -> Iterator[Line]:
    """Yield the lines that are records for an engine: not blank, perhaps ended by a lone CR."""
    is_first = True
    for number, line in enumerate(file, start=1):
        for delivered in line.split(b"\r") if ends_lines_at_cr else (line,):
            record = delivered
            if is_first and drops_byte_order_mark:
                record = delivered.removeprefix(BYTE_ORDER_MARK)
            is_first = False
            record = record.strip(WHITE_SPACE)
            if record:
                yield Line(number, record, delivered.strip(WHITE_SPACE))
