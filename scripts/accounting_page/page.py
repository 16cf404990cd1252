"""The page: figures, explanations, and the same numbers as tables."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from .counts import FEEDS, KEPT, READING_FEEDS, Accounting
from .flow import draw_flow, percent
from .rejects import draw_rejects
from .style import FONT, INK, PAPER, look, order
from .timeline import choose_window, draw_timeline, lines_elsewhere, width_in_words

TITLE = "Where the landing lines went"
CONFIG = {"displayModeBar": False, "responsive": True}
STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: {PAPER};
  color: {INK}; font: 16px/1.5 {FONT}; }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.25rem; margin: 2.5rem 0 .25rem; padding-top: 1rem;
  border-top: 1px solid #b3b3b3; }}
h3 {{ font-size: 1rem; margin: 1.25rem 0 0; }}
p {{ margin: .25rem 0 .5rem; max-width: 46rem; }}
.figure {{ overflow-x: auto; break-inside: avoid; }}
.figure > div {{ min-width: 46rem; }}
details {{ margin: .25rem 0 1rem; }}
summary {{ cursor: pointer; color: #595959; font-size: .9rem; }}
table {{ border-collapse: collapse; font-size: .9rem; margin: .5rem 0; }}
th, td {{ padding: .15rem 1rem .15rem 0; text-align: left; border-bottom: 1px solid #d9d9d9; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
@media print {{
  body {{ max-width: none; padding: 0; }}
  h2, h3 {{ break-after: avoid; }}
  .figure {{ overflow: visible; }}
  summary {{ display: none; }}
}}
"""
REASONS = {
    "right": "right",
    "not_consented_at_capture": "not consented at capture",
    "other_person_or_owner_unknown": "of another person's device, or its owner is unknown",
}


def render_page(accounting: Accounting) -> str:
    """Return the page as HTML that needs nothing else."""
    body = "\n".join(
        [
            f"<h1>{TITLE}</h1>",
            "<p>Every line of the landing files has exactly one outcome: the first reason that "
            "keeps it out, or kept. This page shows counts only, as of the last build.</p>",
            *render_flows(accounting),
            *render_timelines(accounting),
            *render_rejects(accounting),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>STEDI lakehouse: {TITLE.lower()}</title>\n<style>{STYLE}</style>\n"
        f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def render_flows(accounting: Accounting) -> Iterator[str]:
    """Yield the first part: the flow of each feed, and what the published table is made of."""
    yield "<h2>From landing to use</h2>"
    yield (
        "<p>A band is as wide as its lines are many; each feed has a scale of its own. "
        "<i>No consent today</i>: the person's current record does not share data for research. "
        "<i>Before consent</i>: the person agreed later. <i>Delivered again</i>: a further copy of "
        "a record.</p>"
    )
    for feed, (name, _) in FEEDS.items():
        counts = accounting.flow(feed)
        yield f"<h3>{name}</h3>"
        if not counts.total():
            yield "<p>No line has been delivered.</p>"
            continue
        alt = f"{name}: {counts.total():,} lines, {counts[KEPT]:,} kept."
        yield render_figure(draw_flow(feed, counts), f"flow-{feed}", alt)
        yield render_table("outcome", counts)
    if accounting.published:
        total = sum(accounting.published.values())
        parts = " + ".join(
            f"{accounting.published[reason]:,} {words}"
            for reason, words in REASONS.items()
            if reason in accounting.published
        )
        yield (
            f"<p><b>The published training table</b>, machine_learning_curated, has {total:,} "
            f"rows: {parts}. Only the right ones are in research.</p>"
        )


def render_timelines(accounting: Accounting) -> Iterator[str]:
    """Yield the second part: readings over time."""
    yield "<h2>Readings over time</h2>"
    window = choose_window(accounting.minutes.values())
    if window is None:
        yield "<p>No reading with a readable time has been delivered.</p>"
        return
    yield (
        f"<p>By the time of the reading, {window.words}; a bar is one "
        f"{width_in_words(window.width)}. The lowest part of a bar is in research.</p>"
    )
    for feed in READING_FEEDS:
        name = FEEDS[feed][0]
        yield f"<h3>{name}</h3>"
        minutes = accounting.minutes[feed]
        elsewhere, timeless = lines_elsewhere(minutes, window)
        drawn = sum(minutes.values()) - elsewhere - timeless
        if drawn:
            alt = f"{name}: {drawn:,} lines over time, by outcome."
            yield render_figure(draw_timeline(minutes, window), f"time-{feed}", alt)
        yield render_notes(drawn, elsewhere, timeless)


def render_notes(drawn: int, elsewhere: int, timeless: int) -> str:
    """Say which lines the figure leaves out."""
    notes = [f"{drawn:,} lines are shown."]
    if elsewhere:
        notes.append(f"{elsewhere:,} lie far from the others, as wrong clocks make them.")
    if timeless:
        notes.append(f"{timeless:,} have no readable time.")
    return f"<p>{' '.join(notes)}</p>"


def render_rejects(accounting: Accounting) -> Iterator[str]:
    """Yield the third part: rejected lines by reason."""
    yield "<h2>Rejected lines</h2>"
    rejects = {feed: accounting.rejects(feed) for feed in FEEDS}
    if not any(rejects.values()):
        yield "<p>No line was rejected.</p>"
        return
    yield (
        "<p>Why lines do not count: a required value is missing, a value is not of its column's "
        "type, or the line is not one JSON object. <code>scripts/show_rejected.py</code> shows the "
        "lines.</p>"
    )
    for feed, counts in rejects.items():
        name = FEEDS[feed][0]
        yield f"<h3>{name}: {counts.total():,}</h3>"
        if counts:
            alt = f"{name}: {counts.total():,} rejected lines by reason."
            yield render_figure(draw_rejects(counts), f"rejects-{feed}", alt)
            yield render_table("reasons", counts)


def render_figure(figure: go.Figure, name: str, alt: str) -> str:
    """Return a figure as HTML; `alt` says it in words."""
    figure.update_layout(
        template="plotly_white",
        autosize=True,
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"family": FONT, "size": 13, "color": INK},
    )
    drawn = figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=CONFIG)
    return f'<div class="figure" role="img" aria-label="{html.escape(alt)}">{drawn}</div>'


def render_table(header: str, counts: Counter[str]) -> str:
    """Return counts as a table that is folded away on the screen."""
    total = counts.total()
    rows = "".join(
        f"<tr><td>{html.escape(look(name).words if header == 'outcome' else name)}</td>"
        f'<td class="number">{lines:,}</td><td class="number">{percent(lines, total)}</td></tr>'
        for name, lines in sorted(counts.items(), key=lambda item: (order(item[0]), item[0]))
        if lines
    )
    return (
        f"<details><summary>The numbers</summary><table><tr><th>{header}</th>"
        f'<th class="number">lines</th><th class="number">share</th></tr>{rows}</table></details>'
    )
