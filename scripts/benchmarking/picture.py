"""A log-log picture as SVG: one line a contender, size to the right, seconds upwards."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 880, 480
LEFT, RIGHT, TOP, BOTTOM = 60, 350, 24, 48  # margins; the right one holds the names of the lines
LEADING = 16  # between two names
# Colours that colour-blind people tell apart (Okabe and Ito), on white.
COLOURS = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#0072b2", "#cc79a7", "#d55e00")

Points = Sequence[tuple[float, float]]


class Axis:
    """A logarithmic axis over whole powers of ten, from a pixel to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = max(math.ceil(math.log10(max(values))), self._low + 1)
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        """Return the pixel of a value above 0."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        """Return the powers of ten."""
        return [10.0**power for power in range(self._low, self._high + 1)]


def draw(lines: Mapping[str, Points], x_title: str, y_title: str) -> str:
    """Return the SVG of lines, each a name with points (x, y) above 0; needs one point at least."""
    points = [point for line in lines.values() for point in line]
    x = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    y = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [*grid(x, y), *titles(x_title, y_title)]
    ends = {}
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        places = [(round(x.place(a), 1), round(y.place(b), 1)) for a, b in line]
        path = " ".join(f"{a},{b}" for a, b in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a}" cy="{b}" r="4" fill="{colour}"/>' for a, b in places]
        ends[name, colour] = places[-1]
    return "\n".join([*HEAD, *parts, *names(ends), "</svg>", ""])


HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'font-family="sans-serif" font-size="13">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
)


def grid(x: Axis, y: Axis) -> list[str]:
    """Return the lines of the powers of ten, with their numbers."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for value in x.ticks():
        at = round(x.place(value), 1)
        parts.append(f'<path d="M{at} {TOP}V{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{at}" y="{bottom + 18}" text-anchor="middle">{value:g}x</text>')
    for value in y.ticks():
        at = round(y.place(value), 1)
        parts.append(f'<path d="M{LEFT} {at}H{right}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{value:g}</text>')
    return parts


def titles(x_title: str, y_title: str) -> list[str]:
    """Return the titles of the axes."""
    middle = (LEFT + WIDTH - RIGHT) / 2
    return [
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_title)}</text>',
        f'<text x="8" y="{TOP - 8}">{escape(y_title)}</text>',
    ]


def names(ends: Mapping[tuple[str, str], tuple[float, float]]) -> list[str]:
    """Return each line's name, right of the picture, joined with the line's end, none overlapping.

    `ends`: name and colour -> the line's last point.
    """
    parts, lowest = [], TOP - LEADING
    left = WIDTH - RIGHT + 30
    for (name, colour), (x, y) in sorted(ends.items(), key=lambda end: end[1][1]):
        lowest = max(y, lowest + LEADING)
        parts.append(f'<path d="M{x + 5} {y}L{left - 4} {lowest}" stroke="{colour}" opacity=".5"/>')
        text = escape(name.replace("`", ""))
        parts.append(f'<text x="{left}" y="{lowest + 4}" fill="#000000">{text}</text>')
    return parts
