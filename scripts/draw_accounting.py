#!/usr/bin/env python3
# Longer than most scripts: the words, the look and three kinds of figure of one page are all here.
"""Draws where every landing line went: one HTML page that needs no network.

The page has counts, names of outcomes and times in steps of a minute or longer; no values. A bar
counts everybody's readings and may be of one person: look at the page before you hand it out.
exit codes: 0 drawn, 1 the tables cannot be read or the file cannot be written, 2 an option or
setting is wrong, 130 interrupted
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from stedi.command import PROJECT, Problem, parser, replacing, run
from stedi.feeds import feeds
from stedi.lakehouse import Lakehouse, add_options, open_lakehouse
from stedi.settings import Settings

from tabulate import tabulate

try:
    import plotly.graph_objects as go
    from plotly.offline import get_plotlyjs
except ModuleNotFoundError:
    sys.exit("plotly is not installed: run make docs, which installs it")

FILE = "accounting.html"
TITLE = "Where the landing lines went"
KEPT, REJECTED = "kept", "rejected"
MOST_REASONS = 15  # of a feed; a garbled delivery has hundreds of combinations

# Okabe and Ito's colours, which colour-blind people tell apart; dark, middle, light in print.
INK, GOOD, BETWEEN, LEFT_OUT = "#1a1a1a", "#0072b2", "#e69f00", "#c8c8c8"
# Light enough to read words on a band.
BANDS = {KEPT: "#8cc0dd", REJECTED: "#f0ad85"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
CONFIG = {"displayModeBar": False, "responsive": True}
STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: #ffffff;
  color: {INK}; font: 16px/1.5 {FONT}; }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.25rem; margin: 2.5rem 0 .25rem; padding-top: 1rem;
  border-top: 1px solid #b3b3b3; }}
h3 {{ font-size: 1rem; margin: 1.25rem 0 0; }}
p {{ margin: .25rem 0 .5rem; max-width: 46rem; }}
.figure {{ overflow-x: auto; break-inside: avoid; }}
.figure > div {{ min-width: 46rem; }}
summary {{ cursor: pointer; color: #595959; font-size: .9rem; }}
table {{ border-collapse: collapse; font-size: .9rem; margin: .5rem 0; }}
th, td {{ padding: .15rem 1rem .15rem 0; text-align: left; border-bottom: 1px solid #d9d9d9; }}
"""

Counts = dict[str, Counter[str]]

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


def read_accounting(lakehouse: Lakehouse) -> tuple[Counts, Counts]:
    """Return each feed's lines by outcome, and its rejected ones by reasons. Raises Problem."""
    outcomes: Counts = {feed: Counter() for feed in feeds()}
    rejects: Counts = {feed: Counter() for feed in feeds()}
    table = lakehouse.table("audit", "row_accounting")
    query = f"select feed, outcome, reject_reasons, row_count from {table}"
    for feed, outcome, reasons, lines in lakehouse.rows(query):
        outcomes[feed][outcome] += lines
        if reasons:
            rejects[feed][reasons] += lines
    return outcomes, rejects


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


def draw_flow(counts: Counter[str]) -> go.Figure:
    """Draw the lines of a feed as bands, whose width is the number of lines."""
    total, kept = counts.total(), counts[KEPT]
    outcomes = sorted(filter(counts.get, counts), key=lambda o: (o != KEPT, -counts[o], o))
    middle = list(range(1, len(outcomes) + 1))
    colours = [BANDS.get(each, "#dcdcdc") for each in outcomes]
    labels = [f"<b>landing</b> {total:,}"]
    labels += [f"{in_words(o)} {counts[o]:,} ({counts[o] / total:.1%})" for o in outcomes]
    ends = {"in use": kept, "left out": total - kept}
    labels += [f"<b>{end}</b> {lines:,}" for end, lines in ends.items() if lines]
    nodes = {
        "label": labels,
        "color": [INK, *colours, *[INK] * (len(labels) - len(outcomes) - 1)],
        "pad": 24,
        "thickness": 12,
        "hovertemplate": "%{label}<extra></extra>",
    }
    targets = [len(outcomes) + 1 if each == KEPT else len(labels) - 1 for each in outcomes]
    links = {
        "source": [0] * len(outcomes) + middle,
        "target": middle + targets,
        "value": [counts[each] for each in outcomes] * 2,
        "color": colours * 2,
        "line": {"color": "#8c8c8c", "width": 0.4},
        "hovertemplate": "%{value:,d} lines<extra></extra>",
    }
    figure = go.Figure(go.Sankey(arrangement="fixed", node=nodes, link=links))
    margin = {"l": 4, "r": 4, "t": 16, "b": 16}
    return figure.update_layout(height=110 + 40 * len(outcomes), margin=margin)


def draw_timeline(lakehouse: Lakehouse, feed: str, window: Window) -> tuple[go.Figure, int]:
    """Draw a feed's lines over time as stacked bars; return how many lines are drawn, too."""
    time, table, columns = READINGS[feed]
    table = lakehouse.table("research", table)
    sources = (
        lakehouse.table("staging", f"stg_{feed}"),
        lakehouse.table("trusted", f"{feed}_trusted"),
        f'(select distinct {columns}, {CAPTURED_MS} as "{time}" from {table}) as kept',
    )
    delivered, published, kept = (count_lines(lakehouse, each, time, window) for each in sources)
    starts = range(window.start, window.end, window.width)
    figure = go.Figure()
    for name, colour, of, less in (
        ("in research", GOOD, kept, Counter()),
        ("published, not in research", BETWEEN, published, kept),
        ("not published", LEFT_OUT, delivered, published),
    ):
        figure.add_bar(
            name=name,
            x=[start + window.width // 2 for start in starts],
            y=[of[start] - less[start] for start in starts],
            width=window.width,
            marker={"color": colour, "line": {"color": INK, "width": 0.4}},
            hovertemplate=f"%{{y:,d}} {name}<extra></extra>",
        )
    figure.update_layout(
        height=330,
        margin={"l": 75, "r": 10, "t": 10, "b": 40},
        barmode="stack",
        bargap=0,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        xaxis={"type": "date", "showline": True, "linecolor": INK, "ticks": "outside"},
        # The figures of both feeds begin at the same place.
        yaxis={"title": {"text": "lines"}, "tickformat": ",d", "automargin": False},
    )
    return figure, delivered.total()


def in_words(name: str) -> str:
    """Return an outcome or a feed as words; Plotly and tabulate escape them for HTML."""
    return name.replace("_", " ")


def render_figure(figure: go.Figure, name: str, alt: str) -> str:
    """Return a figure as HTML; `alt` says it in words."""
    font = {"family": FONT, "size": 13, "color": INK}
    figure.update_layout(template="plotly_white", autosize=True, font=font)
    drawn = figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=CONFIG)
    return f'<div class="figure" role="img" aria-label="{alt}">{drawn}</div>'


def render_table(header: str, counts: Counter[str]) -> str:
    """Return counts as a table of HTML, the greatest first, those beyond MOST_REASONS as one."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows, others = ordered[:MOST_REASONS], ordered[MOST_REASONS:]
    if others:
        rows.append((f"{len(others)} others", sum(lines for _, lines in others)))
    total = counts.total()
    cells = [(name, f"{lines:,}", f"{lines / total:.1%}") for name, lines in rows if lines]
    sides = ("left", "right", "right")
    return tabulate(
        cells, (header, "number", "share"), "html", colalign=sides, disable_numparse=True
    )


def render_flows(lakehouse: Lakehouse, outcomes: Counts) -> Iterator[str]:
    """Yield the first part: the flow of each feed, and what the published table is made of."""
    yield "<h2>From landing to use</h2>"
    yield (
        "<p>A band is as wide as its lines are many; each feed has a scale of its own. <i>Kept</i> "
        "are customers in customer_trusted, and readings in research. <i>No consent</i>: the "
        "person's current record does not share data for research. <i>Before consent</i>: the "
        "person agreed later. <i>Redelivered</i>: a further copy of a record.</p>"
    )
    for feed, counts in outcomes.items():
        yield f"<h3>{in_words(feed).capitalize()}</h3>"
        if not counts.total():
            yield "<p>No line has been delivered.</p>"
            continue
        alt = f"{in_words(feed)}: {counts.total():,} lines, {counts[KEPT]:,} kept."
        yield render_figure(draw_flow(counts), f"flow-{feed}", alt)
        table = render_table("outcome", counts)
        yield f"<details><summary>The numbers</summary>{table}</details>"
    table = lakehouse.table("audit", "reconciliation")
    published = Counter(dict(lakehouse.rows(f"select reason, row_count from {table}")))
    if published:
        yield (
            "<h3>The published training table</h3><p>Of the "
            f"{published.total():,} rows of machine_learning_curated, only the right "
            f"ones are in research.</p>{render_table('rows', published)}"
        )


def render_timelines(lakehouse: Lakehouse, outcomes: Counts) -> Iterator[str]:
    """Yield the second part: readings over time."""
    yield "<h2>Readings over time</h2>"
    window = choose_window(lakehouse)
    if window is None:
        yield "<p>No reading with a readable time has been delivered.</p>"
        return
    first, last = (f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}" for ms in window[:2])
    yield (
        f"<p>By the time of the reading, {first} to {last} UTC; a bar is "
        f"{WIDTHS[window.width]}.</p>"
    )
    for feed in READINGS:
        figure, drawn = draw_timeline(lakehouse, feed, window)
        alt = f"{in_words(feed)}: {drawn:,} lines over time."
        yield f"<h3>{in_words(feed).capitalize()}</h3>{render_figure(figure, f'time-{feed}', alt)}"
        missing = outcomes[feed].total() - drawn
        if missing:
            yield f"<p>{missing:,} other lines have no readable time or one far away.</p>"


def render_rejects(rejects: Counts) -> Iterator[str]:
    """Yield the third part: rejected lines by reason."""
    yield "<h2>Rejected lines</h2>"
    if not any(rejects.values()):
        yield "<p>No line was rejected.</p>"
        return
    yield (
        "<p>Why lines do not count: a required value is missing, a value is not of its column's "
        "type, or the line is not one JSON object. <code>scripts/show_rejected.py</code> shows the "
        "lines.</p>"
    )
    for feed, counts in rejects.items():
        if counts:
            table = render_table("reasons", counts)
            yield f"<h3>{in_words(feed).capitalize()}: {counts.total():,}</h3>{table}"


def render_page(lakehouse: Lakehouse) -> str:
    """Return the page as HTML that needs nothing else. Raises Problem."""
    outcomes, rejects = read_accounting(lakehouse)
    parts = [*render_flows(lakehouse, outcomes), *render_timelines(lakehouse, outcomes)]
    body = "\n".join([*parts, *render_rejects(rejects)])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>STEDI lakehouse: {TITLE.lower()}</title>\n<style>{STYLE}</style>\n"
        f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n<h1>{TITLE}</h1>\n"
        "<p>Every line of the landing files has exactly one outcome: the first reason that "
        "keeps it out, or kept. This page shows counts only, as of the last build.</p>\n"
        f"{body}\n</body>\n</html>\n"
    )


def draw(arguments: argparse.Namespace) -> None:
    """Write the page and print its path. Raises Problem."""
    out = arguments.out and arguments.out.absolute()
    os.chdir(PROJECT)
    settings = Settings.from_environment()
    file = out or settings.target / FILE
    page = render_page(open_lakehouse(arguments, settings))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"{file} cannot be written, {error.strerror}") from None
    with replacing(file) as sink:
        sink.write(page)
    print(f"The accounting page: {file}")


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser("draw_accounting.py", __doc__)
    said = f"the page (default: {FILE} in DBT_TARGET_PATH, else in target)"
    options.add_argument("--out", metavar="FILE", type=Path, help=said)
    add_options(options)
    return run(options, draw, argv)


if __name__ == "__main__":
    sys.exit(main())
