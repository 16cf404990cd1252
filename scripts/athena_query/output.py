"""A result as an aligned table, as plain lines or as CSV, and the file it may go to."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .results import Column, Row
from .session import SettingProblem

WIDEST = 60  # columns of the terminal that a value may take; two such values fit side by side
NULL = "NULL"
GAP = "  "


def render_table(columns: Sequence[Column], rows: Sequence[Row], wide: bool) -> Iterator[str]:
    """Yield the lines of a table: names, dashes, rows.

    Numbers stand to the right. NULL is NULL, the text NULL is 'NULL', an empty text is nothing.
    Values over WIDEST are cut and end with an ellipsis, unless `wide`.
    """
    widest = None if wide else WIDEST
    cells = [
        [shorten(printable(column.name), widest) for column in columns],
        *([shorten(show_value(value), widest) for value in row] for row in rows),
    ]
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    header, *body = [
        GAP.join(
            pad(cell, width, column.is_number)
            for cell, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in cells
    ]
    yield header
    yield GAP.join("-" * width for width in widths)
    yield from body


def render_text(_columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines that SHOW and its like give: uncut, without the column's name."""
    for (line,) in rows:
        yield printable(line or "", kept="\n\t")


def render_csv(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180, but lines end with LF): names, then rows.

    NULL is nothing, an empty text is "" — as in the files that Athena itself writes.
    """
    yield ",".join(csv_field(column.name) for column in columns)
    for row in rows:
        yield ",".join(map(csv_field, row))


def csv_field(value: str | None) -> str:
    """Return a value as a CSV field, in quotes where it must be."""
    if value is None:
        return ""
    if value and not any(character in value for character in ',"\r\n'):
        return value
    return '"' + value.replace('"', '""') + '"'


def show_value(value: str | None) -> str:
    """Return a value on one line, NULL told from every text."""
    if value is None:
        return NULL
    return f"'{NULL}'" if value == NULL else printable(value)


def printable(text: str, kept: str = "") -> str:
    r"""Escape what would move the cursor or command the terminal, e.g. a line end as \n."""
    return "".join(
        character
        if character in kept or unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp")
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def display_width(text: str) -> int:
    """Columns of the terminal that a text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def shorten(text: str, widest: int | None) -> str:
    """Cut a text that is wider than so many columns of the terminal; None cuts nothing."""
    if widest is None or display_width(text) <= widest:
        return text
    kept = text[: widest - 1]
    while display_width(kept) >= widest:
        kept = kept[:-1]
    return kept + "…"


def pad(text: str, width: int, to_the_right: bool) -> str:
    """Fill a text with blanks."""
    blanks = " " * (width - display_width(text))
    return blanks + text if to_the_right else text + blanks


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Give a file that takes the place of `path` when the block ends well, and vanishes otherwise.

    Raises SettingProblem when there can be no such file, OSError when it cannot be written.
    """
    if path.exists() and not path.is_file():
        raise SettingProblem(f"{path} is no regular file: --output needs the name of one")
    path = path.resolve()  # a link stays a link
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        sink = part.open("x", encoding="utf-8", newline="", errors="backslashreplace")
    except OSError as error:
        remedy = "free it, or choose another --output"
        raise SettingProblem(f"{path} cannot be written, {error.strerror}: {remedy}") from None
    try:
        with sink:
            yield sink
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
