"""The flow of one feed: its lines, what became of them, what is left."""

from __future__ import annotations

from collections import Counter

import plotly.graph_objects as go

from .counts import FEEDS, KEPT
from .style import FONT, INK, faded, look, order

# Pixels: of a flow, and more for each outcome, whose words need a line of their own.
LEAST_HEIGHT, HEIGHT_OF_OUTCOME = 110, 40
GAP = 24  # between two boxes
DARK = "#4d4d4d"
# Words stay readable where thin bands run behind them.
HALO = ", ".join(["0 0 2px #ffffff"] * 4)


def draw_flow(feed: str, counts: Counter[str]) -> go.Figure:
    """Draw the lines of a feed as bands, as wide as they are many."""
    total = sum(counts.values())
    kept = counts[KEPT]
    outcomes = sorted((outcome for outcome in counts if counts[outcome]), key=order)
    ends = [
        (f"<b>{FEEDS[feed][1]}</b> {kept:,}", kept),
        (f"<b>left out</b> {total - kept:,}", total - kept),
    ]
    ends = [label for label, lines in ends if lines]
    labels = [
        f"<b>landing</b> {total:,}",
        *(
            f"{look(each).words} {counts[each]:,} ({percent(counts[each], total)})"
            for each in outcomes
        ),
        *ends,
    ]
    middle = list(range(1, len(outcomes) + 1))
    last = len(labels) - 1
    colours = [look(each).colour for each in outcomes]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": labels,
                "color": [DARK, *colours, *[DARK] * len(ends)],
                "pad": GAP,
                "thickness": 12,
                "line": {"color": INK, "width": 0.5},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [0] * len(outcomes) + middle,
                "target": middle
                + [len(outcomes) + 1 if each == KEPT else last for each in outcomes],
                "value": [counts[each] for each in outcomes] * 2,
                "color": [faded(colour) for colour in colours] * 2,
                "line": {"color": "#8c8c8c", "width": 0.4},
                "hovertemplate": "%{value:,d} lines<extra></extra>",
            },
            textfont={"family": FONT, "size": 13, "color": INK, "shadow": HALO},
            valueformat=",d",
        )
    )
    figure.update_layout(
        height=LEAST_HEIGHT + HEIGHT_OF_OUTCOME * len(outcomes),
        margin={"l": 4, "r": 4, "t": 16, "b": 16},
    )
    return figure


def percent(part: int, whole: int) -> str:
    """Return a share in words; a small one is not rounded to nothing."""
    value = 100 * part / whole
    return "under 0.1%" if value < 0.1 else f"{value:.1f}%"
