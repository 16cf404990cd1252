"""Rejected lines by reason."""

from __future__ import annotations

from collections import Counter

import plotly.graph_objects as go

from .counts import REJECTED
from .style import INK, look

MOST_KINDS = 15
LONGEST = 44  # characters of a kind's words; a record may lack ten columns at once


def draw_rejects(rejects: Counter[str]) -> go.Figure:
    """Draw a bar for each kind of rejected line of a feed, the most frequent at the top."""
    kinds = sorted(rejects.items(), key=lambda item: (-item[1], item[0]))
    others = kinds[MOST_KINDS:]
    rows = [(shorten(reasons), lines) for reasons, lines in kinds[:MOST_KINDS]]
    if others:
        rows.append((f"{len(others)} other kinds", sum(lines for _, lines in others)))
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(rows))),
            x=[lines for _, lines in rows],
            text=[f"{lines:,}" for _, lines in rows],
            textposition="outside",
            cliponaxis=False,
            marker={"color": look(REJECTED).colour, "line": {"color": INK, "width": 0.4}},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        height=30 + 24 * len(rows),
        margin={"l": 10, "r": 60, "t": 6, "b": 6},
        xaxis={"visible": False, "rangemode": "tozero"},
        yaxis={
            "autorange": "reversed",
            "tickvals": list(range(len(rows))),
            "ticktext": [words for words, _ in rows],
            "automargin": True,
        },
    )
    return figure


def shorten(reasons: str) -> str:
    """Return reasons as words, the last ones counted where they are many."""
    words = reasons.split(",")
    text, used = words[0], 1
    for word in words[1:]:
        if len(text) + len(word) > LONGEST:
            break
        text, used = f"{text}, {word}", used + 1
    return text + (f" and {len(words) - used} more" if used < len(words) else "")
