"""Dirty landing data: each way in which a line or a file can be wrong or odd is one named kind.

A dirty line is a changed copy of a clean line and is added; clean lines stay as they are. To add
a kind, add one line to LINE_KINDS (lines.py), COLUMN_KINDS (values.py) or FILE_KINDS (files.py).
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import cycle
from typing import NamedTuple

from ..rand import Draw
from ..records import FEEDS
from .fields import COLUMNS, UNREADABLE, Fields, parse, render
from .files import BOM_FILE, FILE_KINDS, HUGE_LINE, SAMPLE, FileKind
from .lines import BLANK_LINE, LINE_KINDS
from .values import ABSENT, COLUMN_KINDS, INVALID, ColumnKind

__all__ = ["BLANK_LINE", "FILE_KINDS", "HUGE_LINE", "SAMPLE", "Dirt", "Kind", "kinds", "parse"]


class Kind(NamedTuple):
    """A kind of dirty line of one feed, ready to be made from a clean line."""

    name: str
    reasons: str | None
    make: Callable[[Fields, Draw], bytes]


def _of_column(kind: ColumnKind, key: str, required: bool) -> Kind:
    reasons = None
    if kind.outcome == INVALID:
        reasons = f"invalid_{key.lower()}"
    elif kind.outcome == ABSENT and required:
        reasons = f"missing_{key.lower()}"
    return Kind(
        f"{kind.name}:{key}", reasons, lambda fields, draw: render(kind.edit(fields, key, draw))
    )


def kinds(feed: str) -> list[Kind]:
    """Return every kind of dirty line of a feed."""
    lines = [Kind(kind.name, kind.reasons, kind.make) for kind in LINE_KINDS if feed in kind.feeds]
    columns = [
        _of_column(kind, key, required)
        for kind in COLUMN_KINDS
        for key, (column_type, required) in COLUMNS[feed].items()
        if column_type in kind.types
    ]
    return lines + columns


class Dirt:
    """Makes dirty lines, each kind in turn, and counts what a reader must make of them."""

    def __init__(self, seed: int, share: Fraction) -> None:
        """Start with a share of dirty lines for each clean line, above 0."""
        self.counts = {feed: {kind.name: 0 for kind in kinds(feed)} for feed in FEEDS}
        self.rows = dict.fromkeys(FEEDS, 0)
        self.reasons: dict[str, dict[str, int]] = {feed: {} for feed in FEEDS}
        self._share = share
        self._draw = Draw(seed, "dirt")
        self._turns = {feed: cycle(kinds(feed)) for feed in FEEDS}
        self._clean = dict.fromkeys(FEEDS, 0)

    def of_block(self, feed: str, people: int, lines: int) -> dict[int, list[Kind]]:
        """Return the kinds to make, by the place in the block of the person they belong to.

        The first block has every kind at least once.
        """
        before = self._clean[feed]
        count = int(self._share * (before + lines)) - int(self._share * before)
        if not before:
            count = max(count, len(self.counts[feed]))
        self._clean[feed] += lines
        due: dict[int, list[Kind]] = {}
        for _ in range(count):
            due.setdefault(self._draw.below(people), []).append(next(self._turns[feed]))
        return due

    def make(self, feed: str, kind: Kind, clean: str) -> bytes:
        """Return a dirty line, line end included, made from one of the clean lines."""
        self.counts[feed][kind.name] += 1
        if kind.name != BLANK_LINE:
            self._expect(feed, kind.reasons)
        line = self._draw.choice(clean.splitlines())
        return kind.make(parse(line), self._draw) + b"\n"

    def file(self, feed: str, kind: FileKind, lines: Sequence[bytes]) -> tuple[str, bytes]:
        """Return the name and the content of an odd file made from clean lines."""
        self.counts[feed][kind.name] = 1
        self.rows[feed] += len(lines) if kind.seen else 0
        if kind.name == BOM_FILE:
            self._expect(feed, UNREADABLE)
        return kind.path.format(feed=feed), kind.content(lines)

    def _expect(self, feed: str, reasons: str | None) -> None:
        self.rows[feed] += 1
        if reasons:
            known = self.reasons[feed]
            known[reasons] = known.get(reasons, 0) + 1

    def day(self, days: int) -> int:
        """Return the day on which a dirty line arrives, which may be any."""
        return self._draw.below(days)
