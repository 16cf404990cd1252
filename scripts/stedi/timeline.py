"""Readings over time, of all feeds of readings on one scale, for the page of figures."""

from __future__ import annotations

import sys
from collections import Counter
from typing import NamedTuple

from .lakehouse import Lakehouse

# The parts of a bar, from below: its class in the page, and words.
SERIES = (
    ("kept", "in research"),
    ("between", "published, not in research"),
    ("other", "not published"),
)
DAY = 86_400_000
# Width of a bar in milliseconds, and in words; each divides the next.
WIDTHS = {
    60_000: "1 minute",
    300_000: "5 minutes",
    900_000: "15 minutes",
    3_600_000: "1 hour",
    21_600_000: "6 hours",
    DAY: "1 day",
    7 * DAY: "1 week",
    28 * DAY: "4 weeks",
    364 * DAY: "52 weeks",
}
MOST_BARS = 120
# Share of the lines left out at either end, as times in 2000 or 2099 would squeeze all other bars.
OUTLIERS = 0.005
# Feeds of readings: the column of their time, and a table with what tells its rows' lines apart.
DISTANCE = "distancefromobject"
READINGS = {
    "accelerometer": ("timestamp", "reading_pairs", "subject_key, captured_at, x, y, z"),
    "step_trainer": ("sensorreadingtime", "readings", f"device_key, captured_at, {DISTANCE}"),
}
CAPTURED_MS = "date_diff('millisecond', timestamp '1970-01-01 00:00:00', captured_at)"


class Window(NamedTuple):
    """The time that is drawn, from its start to before its end, and a bar's width (epoch ms)."""

    start: int
    end: int
    width: int


class Timeline(NamedTuple):
    """A feed over time: bars as (start in epoch ms, lines of each of SERIES), and their scale."""

    feed: str
    bars: list[tuple[int, tuple[int, ...]]]
    top: int
    ticks: range
    drawn: int
    missing: int


def count_lines(lakehouse: Lakehouse, rows: str, time: str, window: Window) -> Counter[int]:
    """Count rows by the start of their bar (epoch milliseconds). Raises Problem."""
    query = (
        f'select "{time}" - "{time}" % {window.width}, count(*) from {rows} '
        f'where "{time}" >= {window.start} and "{time}" < {window.end} group by 1'
    )
    return Counter(dict(lakehouse.rows(query)))


def count_delivered(lakehouse: Lakehouse, window: Window) -> Counter[int]:
    """Count the lines of all readings by the start of their bar. Raises Problem."""
    counts: Counter[int] = Counter()
    for feed, (time, *_) in READINGS.items():
        counts += count_lines(lakehouse, lakehouse.table("staging", f"stg_{feed}"), time, window)
    return counts


def choose_window(lakehouse: Lakehouse) -> Window | None:
    """Choose the time that holds nearly all readings; None if there are none. Raises Problem."""
    counts = count_delivered(lakehouse, Window(0, sys.maxsize, DAY))
    if not counts:
        return None
    few, before, days = OUTLIERS * counts.total(), 0, []
    for day in sorted(counts):
        if before + counts[day] > few and before < counts.total() - few:
            days.append(day)
        before += counts[day]
    window = Window(days[0], days[-1] + DAY, DAY)
    # The finer the bars, the more exactly is known where the readings begin and end.
    while (width := narrowest(window)) < window.width:
        starts = count_delivered(lakehouse, window._replace(width=width))
        window = Window(min(starts), max(starts) + width, width)
    return Window(window.start - window.start % width, window.end, width)


def narrowest(window: Window) -> int:
    """Return the least width with which a window has no more than MOST_BARS bars."""
    extent = window.end - window.start
    return next((width for width in WIDTHS if extent <= width * MOST_BARS), max(WIDTHS))


def read_timeline(lakehouse: Lakehouse, feed: str, window: Window, lines: int) -> Timeline:
    """Count a feed's lines over time; `lines` is how many it has in all. Raises Problem."""
    time, table, columns = READINGS[feed]
    table = lakehouse.table("research", table)
    sources = (
        lakehouse.table("staging", f"stg_{feed}"),
        lakehouse.table("trusted", f"{feed}_trusted"),
        f'(select distinct {columns}, {CAPTURED_MS} as "{time}" from {table}) as kept',
    )
    delivered, published, kept = (count_lines(lakehouse, each, time, window) for each in sources)
    bars = [
        (start, (kept[start], published[start] - kept[start], delivered[start] - published[start]))
        for start in range(*window)
    ]
    top, drawn = max(delivered.values(), default=0), delivered.total()
    steps = (digit * 10**zeros for zeros in range(20) for digit in (1, 2, 5))
    step = next(step for step in steps if step * 5 >= top)
    ticks = range(0, top + 1, step)
    return Timeline(feed, bars if drawn else [], top, ticks, drawn, lines - drawn)
