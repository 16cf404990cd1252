"""Readings over time, by outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go

from .counts import REJECTED, Minutes, is_rejected
from .style import GRID, INK, look, order

MINUTE = 60_000
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
# Widths of a bar, milliseconds: those that people count time in.
WIDTHS = (
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR for hours in (1, 3, 6, 12)),
    *(days * DAY for days in (1, 7, 28, 91, 364)),
)
MOST_BARS = 120
# Of the lines, on either side: times in the year 2000 or 2099 would press all others into one bar.
OUTLIERS = 0.005


@dataclass(frozen=True)
class Window:
    """The time that is drawn, from the first bar's start to the last one's end (milliseconds)."""

    start: int
    end: int
    width: int

    @property
    def bars(self) -> range:
        """Starts of the bars."""
        return range(self.start, self.end, self.width)

    def __contains__(self, minute: int | None) -> bool:
        """Whether a minute is drawn."""
        return minute is not None and self.start <= minute < self.end

    @property
    def words(self) -> str:
        """The window for people."""
        return f"{moment(self.start):%Y-%m-%d %H:%M} to {moment(self.end):%Y-%m-%d %H:%M} UTC"


def moment(milliseconds: int) -> datetime:
    """Return epoch milliseconds as a moment in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def choose_window(counts: Iterable[Minutes]) -> Window | None:
    """Choose the time in which nearly all readings of all feeds lie; None if there are none."""
    lines: Counter[int] = Counter()
    for minutes in counts:
        for (_, minute), number in minutes.items():
            if minute is not None:
                lines[minute] += number
    if not lines:
        return None
    start, end = quantile(lines, OUTLIERS), quantile(lines, 1 - OUTLIERS) + MINUTE
    # What lies close by is no outlier.
    margin = end - start
    start = min(minute for minute in lines if minute >= start - margin)
    end = max(minute for minute in lines if minute < end + margin) + MINUTE
    width = next((each for each in WIDTHS if (end - start) / each <= MOST_BARS), WIDTHS[-1])
    start -= start % width
    end += -(end - start) % width
    return Window(start, end, width)


def quantile(lines: Counter[int], share: float) -> int:
    """Return the minute up to which this share of the lines lies."""
    wanted, seen = share * lines.total(), 0
    for minute in sorted(lines):
        seen += lines[minute]
        if seen >= wanted:
            break
    return minute


def draw_timeline(minutes: Minutes, window: Window) -> go.Figure:
    """Draw the readings of a feed that lie in a window as stacked bars, one colour an outcome."""
    bars: dict[str, Counter[int]] = {}
    for (outcome, minute), lines in minutes.items():
        if minute in window:
            name = REJECTED if is_rejected(outcome) else outcome
            start = minute - (minute - window.start) % window.width
            bars.setdefault(name, Counter())[start] += lines
    figure = go.Figure(list(traces(bars, window)))
    figure.update_layout(
        height=330,
        margin={"l": 75, "r": 10, "t": 10, "b": 40},
        barmode="stack",
        bargap=0,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        xaxis={
            "type": "date",
            "range": [text(window.start), text(window.end)],
            "showline": True,
            "linecolor": INK,
            "ticks": "outside",
        },
        yaxis={
            "title": {"text": "lines"},
            "gridcolor": GRID,
            "tickformat": ",d",
            "rangemode": "tozero",
            "automargin": False,  # the figures of both feeds begin at the same place
        },
    )
    return figure


def traces(bars: dict[str, Counter[int]], window: Window) -> Iterator[go.Bar]:
    """Yield the bars of each outcome, kept ones at the bottom."""
    for outcome in sorted(bars, key=order):
        colour, pattern, words = look(outcome)
        yield go.Bar(
            name=words,
            x=[text(start + window.width // 2) for start in window.bars],
            y=[bars[outcome][start] for start in window.bars],
            width=window.width,
            marker={
                "color": colour,
                "line": {"color": INK, "width": 0.4},
                "pattern": {"shape": pattern, "fgcolor": INK, "fgopacity": 0.55, "size": 6},
            },
            hovertemplate=f"%{{y:,d}} {words}<extra></extra>",
        )


def text(milliseconds: int) -> str:
    """Return a moment as Plotly reads it; it shows it as it is, in UTC."""
    return f"{moment(milliseconds):%Y-%m-%d %H:%M:%S}"


def lines_elsewhere(minutes: Minutes, window: Window | None) -> tuple[int, int]:
    """Count the lines at another time, and those whose time cannot be read."""
    timeless = sum(lines for (_, minute), lines in minutes.items() if minute is None)
    drawn = sum(
        lines for (_, minute), lines in minutes.items() if window is not None and minute in window
    )
    return sum(minutes.values()) - timeless - drawn, timeless


def width_in_words(milliseconds: int) -> str:
    """Return the width of a bar in words."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if milliseconds % unit == 0:
            number = milliseconds // unit
            return f"{number} {name}{'s' * (number > 1)}" if number > 1 else name
    raise ValueError(milliseconds)
