"""The page of the benchmark: tables, the picture, what is slower than by hand, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from tabulate import tabulate

from .contenders import LABELS, ON_ATHENA
from .picture import draw

MB = 1e6
USD_PER_BYTE = 5 / (1 << 40)  # Athena's list price of 5 USD a TB, as scripts/query.py has it
DRAWN = ("scan", "hand", "spark", "published", "run", "run_new", "build")
MISSING = "-"
TEMPLATE = "page.md"  # the words
# A ratio of node times: its name, what is divided, and by the sum of what.
RATIOS = (
    ("`dbt run -s +machine_learning_curated` : raw scan + by hand", "published", ("scan", "hand")),
    ("`dbt run` : raw scan + by hand", "run", ("scan", "hand")),
    ("`dbt run` : PySpark", "run", ("spark",)),
    ("`dbt run` with 1 % new data : cold", "run_new", ("run",)),
    ("`dbt run` again, nothing new : cold", "run_again", ("run",)),
    ("`dbt build` with 1 % new data : cold", "build_new", ("build",)),
    ("`dbt build` again, nothing new : cold", "build_again", ("build",)),
)
SCANNED = (
    ("bytes scanned on Athena, 1 % new data : cold", "athena_new"),
    ("bytes scanned on Athena, nothing new : cold", "athena_again"),
)


def render(results: Sequence[dict], picture: str) -> str:
    """Return the page of the results of sizes, smallest first; `picture` names its file."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    templates.filters |= {"number": "{:,}".format, "mb": lambda size: f"{size / MB:,.1f}"}
    versions = {name: version for result in results for name, version in result["versions"].items()}
    return templates.get_template(TEMPLATE).render(
        picture=picture,
        results=[result | {"table": size_table(result)} for result in results],
        ratios=ratios(results),
        athena=athena_table(results),
        zones=zone_table(results),
        slower=slower(results),
        machine=max(results, key=lambda result: result["date"])["machine"],
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        notes=dict.fromkeys(note for result in results for note in result["notes"]),
    )


def slower(results: Sequence[dict]) -> dict | None:
    """Return how many times slower `dbt run` is than by hand, at the largest size with both."""
    measured = [result for result in results if "hand" in result["figures"]]
    if not measured:
        return None
    figures = measured[-1]["figures"]
    times = figures["run"]["node_s"] / (figures["scan"]["node_s"] + figures["hand"]["node_s"])
    return {"times": times, "size": measured[-1]["size"]}


def picture(results: Sequence[dict]) -> str:
    """Return the SVG of node times by size."""
    lines = {
        LABELS[name]: [
            (result["size"], result["figures"][name]["node_s"])
            for result in results
            if name in result["figures"]
        ]
        for name in DRAWN
    }
    drawn = {name: points for name, points in lines.items() if points}
    return draw(drawn, "size (1x: 956 customers, 11 MB)", "node time, seconds")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, numbers to the right."""
    sides = ["left", *["right"] * (len(header) - 1)]
    return tabulate(list(rows), header, "pipe", disable_numparse=True, colalign=sides)


def size_table(result: dict) -> str:
    """Return what each contender took at a size."""
    header = ("", "node s", "wall s", "memory MB", "read MB", "written MB")
    rows = []
    for name, label in LABELS.items():
        figures = result["figures"].get(name)
        if figures is None or name in ON_ATHENA:
            continue
        seconds = [f"{figures[key]:,.2f}" for key in ("node_s", "wall_s")]
        moved = [f"{figures[f'{key}_bytes'] / MB:,.0f}" for key in ("peak", "read", "written")]
        rows.append((label, *seconds, *moved))
    return table(header, rows)


def athena_table(results: Iterable[dict]) -> str:
    """Return queries, bytes and dollars of all sizes on Athena."""
    header = ("", "size", "queries", "scanned MB", "landing MB", "billed MB", "USD", "node s")
    rows = []
    for result in results:
        for name in ON_ATHENA:
            if figures := result["figures"].get(name):
                rows.append(
                    (
                        LABELS[name],
                        f"{result['size']:g}x",
                        f"{figures['queries']:,}",
                        f"{figures['scanned_bytes'] / MB:,.1f}",
                        f"{result['landing']['bytes'] / MB:,.1f}",
                        f"{figures['billed_bytes'] / MB:,.0f}",
                        f"{figures['billed_bytes'] * USD_PER_BYTE:.4f}",
                        f"{figures['node_s']:,.0f}",
                    )
                )
    return table(header, rows) if rows else ""


def ratios(results: Sequence[dict]) -> str:
    """Return the ratios, a column a size."""
    rows = []
    for label, above, below in RATIOS:
        row = [quotient(result["figures"], "node_s", above, below) for result in results]
        rows.append((label, *row))
    for label, above in SCANNED:
        row = [
            quotient(result["figures"], "scanned_bytes", above, ("athena",)) for result in results
        ]
        rows.append((label, *row))
    growth = [MISSING]
    for before, after in pairwise(results):
        times = after["figures"]["run"]["node_s"] / before["figures"]["run"]["node_s"]
        growth.append(f"{times:.1f} for {after['size'] / before['size']:g} times the data")
    rows.append(("`dbt run`: node time, by that of the size before", *growth))
    return table(("", *(f"{result['size']:g}x" for result in results)), rows)


def quotient(figures: Mapping[str, dict], key: str, above: str, below: Sequence[str]) -> str:
    """Return a ratio of a figure; a dash where a contender was not measured."""
    if any(name not in figures for name in (above, *below)):
        return MISSING
    return f"{figures[above][key] / sum(figures[name][key] for name in below):.2f}"


def zone_table(results: Sequence[dict]) -> str:
    """Return the shares of the zones, a column a size."""
    found = [(result["size"], result["figures"]["run"]["zones"]) for result in results]
    zones = dict.fromkeys(zone for _, seconds in found for zone in seconds)
    rows = [
        (zone, *(f"{seconds.get(zone, 0) / sum(seconds.values()):.0%}" for _, seconds in found))
        for zone in zones
    ]
    return table(("zone", *(f"{size:g}x" for size, _ in found)), rows)
