#!/usr/bin/env python3
"""Draws where every landing line went: one HTML page that needs no network and no JavaScript.

The page has counts, names of outcomes, times in steps of a minute or longer and the landing root;
no values. A bar counts everybody's readings and may be of one person: look at the page before you
hand it out.
exit codes: 0 drawn, 1 the tables cannot be read or the file cannot be written, 2 an option or
setting is wrong, 130 interrupted
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from stedi.command import PROJECT, Problem, parser, replacing, run
from stedi.feeds import feeds
from stedi.lakehouse import Lakehouse, add_options, open_lakehouse
from stedi.settings import Settings
from stedi.timeline import DAY, READINGS, SERIES, WIDTHS, Window, choose_window, read_timeline

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FILE = "accounting.html"
TEMPLATE = "draw_accounting.html"  # the words and the look
MOST_REASONS = 15  # of a feed; a garbled delivery has hundreds of combinations
# An outcome or a reason -> the class of its bar; all others are left out.
KINDS = {"kept": "kept", "right": "kept", "rejected": "rejected"}
UNKNOWN = "unknown"

Counts = dict[str, Counter[str]]


class Row(NamedTuple):
    """A row of a table: its name, lines and share, and its bar: class and width in per cent."""

    name: str
    lines: int
    share: str
    kind: str
    width: float


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


def read_facts(lakehouse: Lakehouse, lines: int) -> tuple[list[tuple], list[tuple]]:
    """Return what was built, when and from what, and figures of research. Raises Problem.

    `lines` is how many row_accounting counts.
    """
    names = (
        "row_count, subject_count, publishable_row_count, content_sha256, code_version, "
        "landing_lines, landing_files"
    )
    table = lakehouse.table("research", "dataset_fingerprint")
    ((pairs, people, publishable, content, code, counted, files),) = lakehouse.rows(
        f"select {names} from {table}"
    )
    if counted != lines:
        content = code = f"{UNKNOWN}: row_accounting and dataset_fingerprint are of two builds"
    root = known(lakehouse.landing_root)
    facts = [
        ("Built (UTC)", known(lakehouse.built_at)),
        ("Landing root", f"{without_home(root)} ({files:,} files)"),
        ("Data set", content),
        ("Code", code),
    ]
    return facts, [
        ("right pairs in research", f"{pairs:,}"),
        ("people in research", f"{people:,}"),
        ("pairs that may be published", f"{publishable:,}"),
    ]


def known(read: Callable[[], str | None]) -> str:
    """Return what a lakehouse knows of its build; an old one, or one not to be asked, does not."""
    try:
        return read() or UNKNOWN
    except Problem:
        return UNKNOWN


def without_home(root: str) -> str:
    """Shorten a user's home folder, which tells a name, to ~."""
    homes = rf"({re.escape(str(Path.home()))}|(/var|/export)?/home/[^/]+|/Users/[^/]+)"
    return re.sub(rf"^{homes}(?=/|$)", "~", root)


def in_words(name: str) -> str:
    """Return the name of a feed as words."""
    return name.replace("_", " ").capitalize()


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal, 0.0% only of nothing and 100.0% only of all."""
    if 0 < part < 0.0005 * whole:
        return "<0.1%"
    if 0.9995 * whole <= part < whole:
        return ">99.9%"
    return f"{part / whole:.1%}"


def make_rows(counts: Counter[str], most: int | None = None) -> list[Row]:
    """Return counts as rows, what is kept first, then the greatest, those beyond `most` as one."""
    names = sorted(
        filter(counts.get, counts), key=lambda n: (KINDS.get(n) != "kept", -counts[n], n)
    )
    lines = {name: counts[name] for name in names[:most]}
    if others := names[len(lines) :]:
        lines[f"{len(others)} others"] = sum(map(counts.get, others))
    total = counts.total()
    return [
        Row(
            name.replace("_", " ") if most is None else name.replace(",", ", "),
            count,
            percent(count, total),
            KINDS.get(name, "other" if most is None else "rejected"),
            round(100 * count / total, 2),
        )
        for name, count in lines.items()
    ]


def stamp(ms: int) -> str:
    """Return epoch milliseconds as a minute, UTC."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"


def make_labels(window: Window) -> Iterator[str]:
    """Yield what is written below a figure at its start, middle and end."""
    is_a_day = window.end - window.start <= DAY
    for ms in (window.start, (window.start + window.end) // 2, window.end):
        yield stamp(ms).split()[is_a_day]


def render_page(lakehouse: Lakehouse) -> str:
    """Return the page as HTML that needs nothing else. Raises Problem."""
    outcomes, rejects = read_accounting(lakehouse)
    every = sum(outcomes.values(), Counter())
    lines = every.total()
    facts, research = read_facts(lakehouse, lines)
    table = lakehouse.table("audit", "reconciliation")
    published = Counter(dict(lakehouse.rows(f"select reason, row_count from {table}")))
    window = choose_window(lakehouse)
    timelines = [
        read_timeline(lakehouse, feed, window, outcomes[feed].total())
        for feed in READINGS
        if window
    ]
    headline = [("landing lines", f"{lines:,}")]
    for outcome in ("kept", "rejected"):
        share = f" ({percent(every[outcome], lines)})" if lines else ""
        headline.append((f"lines {outcome}{share}", f"{every[outcome]:,}"))
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    templates.filters |= {"number": "{:,}".format, "stamp": stamp, "words": in_words}
    return templates.get_template(TEMPLATE).render(
        facts=facts,
        headline=headline + research,
        outcomes=[(feed, make_rows(counts)) for feed, counts in outcomes.items()],
        published=make_rows(published),
        window=window,
        width=window and WIDTHS[window.width],
        labels=list(make_labels(window)) if window else [],
        series=SERIES,
        timelines=timelines,
        rejects=[(feed, make_rows(c, MOST_REASONS)) for feed, c in rejects.items() if c],
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
