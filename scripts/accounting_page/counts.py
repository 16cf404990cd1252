"""The counts that the page shows, read from the audit zone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from lakehouse_reader.engine import Engine

# feed: what it is, what a kept row of it has become
FEEDS = {
    "customer": ("Customers (website)", "in customer_trusted"),
    "accelerometer": ("Phone readings (app)", "in research"),
    "step_trainer": ("Device readings (step trainer)", "in research"),
}
READING_FEEDS = ("accelerometer", "step_trainer")
KEPT, REDELIVERED, REJECTED = "kept", "redelivered", "rejected"
_REASON = re.compile("unreadable_json|(missing|invalid)_.+")

# (outcome, start of the minute in epoch milliseconds or None) -> lines
Minutes = dict[tuple[str, int | None], int]


@dataclass(frozen=True)
class Accounting:
    """Feed -> outcome -> lines, of readings also by minute; reason -> published rows."""

    outcomes: dict[str, Counter[str]]
    minutes: dict[str, Minutes]
    published: dict[str, int]

    def flow(self, feed: str) -> Counter[str]:
        """Outcome -> lines of a feed, all reject reasons as one."""
        counts: Counter[str] = Counter()
        for outcome, lines in self.outcomes[feed].items():
            counts[REJECTED if is_rejected(outcome) else outcome] += lines
        return counts

    def rejects(self, feed: str) -> Counter[str]:
        """Reject reasons -> lines of a feed."""
        return Counter({k: n for k, n in self.outcomes[feed].items() if is_rejected(k)})


def is_rejected(outcome: str) -> bool:
    """Whether an outcome is the reasons of a rejected line."""
    return all(_REASON.fullmatch(reason) for reason in outcome.split(","))


def read_accounting(engine: Engine) -> Accounting:
    """Read all counts. Raises Problem."""
    outcomes: dict[str, Counter[str]] = {feed: Counter() for feed in FEEDS}
    query = f"select feed, outcome, row_count from {engine.table('audit', 'row_accounting')}"
    for feed, outcome, lines in engine.rows(query):
        outcomes[feed][outcome] += lines
    minutes = {}
    for feed in READING_FEEDS:
        table = engine.table("audit", f"{feed}_outcomes")
        rows = engine.rows(f"select outcome, minute_start, row_count from {table}")
        minutes[feed] = {(outcome, minute): lines for outcome, minute, lines in rows}
    table = engine.table("audit", "reconciliation")
    published = dict(engine.rows(f"select reason, row_count from {table}"))
    return Accounting(outcomes, minutes, published)
