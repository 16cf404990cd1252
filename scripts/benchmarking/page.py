"""The page of the benchmark from all results that are there. Its words are in page.md."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TextIO

from stedi.command import Problem

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .contenders import LITTLE

# Contender -> what the page calls it.
LABELS = {
    "scan": "raw scan: DuckDB reads the typed JSON once",
    "hand": "by hand: DuckDB, the five tables as Parquet",
    "spark": "PySpark: the five published jobs",
    "published": "`dbt run -s +machine_learning_curated`",
    "run": "`dbt run`",
    "run_again": "`dbt run` again, nothing new",
    "run_new": "`dbt run` with 1 % new data",
    "run_little": f"`dbt run`, {LITTLE} of memory",
    "build": "`dbt build`",
    "build_again": "`dbt build` again, nothing new",
    "build_new": "`dbt build` with 1 % new data",
}
ON_ATHENA = {
    "athena": "`dbt build`",
    "athena_again": "`dbt build` again, nothing new",
    "athena_new": "`dbt build` with 1 % new data",
}
DRAWN = ("scan", "hand", "spark", "published", "run", "run_new", "build")
# A ratio: its name, what is divided, by the sum of what; of which figure, if not of node times.
RATIOS = (
    ("`dbt run -s +machine_learning_curated` : raw scan + by hand", "published", ("scan", "hand")),
    ("`dbt run` : raw scan + by hand", "run", ("scan", "hand")),
    ("`dbt run` : PySpark", "run", ("spark",)),
    ("`dbt run` with 1 % new data : cold", "run_new", ("run",)),
    ("`dbt run` again, nothing new : cold", "run_again", ("run",)),
    ("`dbt build` with 1 % new data : cold", "build_new", ("build",)),
    ("`dbt build` again, nothing new : cold", "build_again", ("build",)),
    ("bytes scanned on Athena, 1 % new data : cold", "athena_new", ("athena",), "scanned"),
    ("bytes scanned on Athena, nothing new : cold", "athena_again", ("athena",), "scanned"),
    ("of these by staging, 1 % new data : cold", "athena_new", ("athena",), "staged"),
    ("of these by staging, nothing new : cold", "athena_again", ("athena",), "staged"),
)


def read(results: Path) -> list[dict]:
    """Return the sizes, the smallest first, with the medians of each contender's newest rounds.

    Raises Problem unless all contenders of a size made equally many rows of each table.
    """
    found = [json.loads(file.read_text(encoding="utf-8")) for file in results.glob("*.json")]
    rounds: dict[float, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for result in sorted(found, key=lambda result: result["started"]):
        seen = rounds[result["size"]][result["contender"]]
        if seen and seen[0]["started"] < result["started"]:
            seen.clear()
        seen.append(result)
    return [summarize(size, rounds[size]) for size in sorted(rounds)]


def summarize(size: float, contenders: Mapping[str, list[dict]]) -> dict:
    """Return a size: its landing, what it was measured on, contender -> medians."""
    made = {
        name: rows
        for name, some in contenders.items()
        for result in some
        if (rows := result["figures"].get("rows"))
    }
    for name, rows in made.items():
        first, expected = next(iter(made.items()))
        if rows != expected:
            said = f"size {size:g}: {first} made {expected}, {name} {rows}"
            raise Problem(f"the tables differ, measure both again\n{said}")
    results = [result for some in contenders.values() for result in some]
    return {
        "size": size,
        "landing": results[-1]["landing"],
        "measured": dict.fromkeys(
            f"commit {each['commit']}, {each['started'][:10]}" for each in results
        ),
        "machines": dict.fromkeys(each["machine"] for each in results),
        "versions": results[-1]["versions"],
        "rounds": {name: len(some) for name, some in contenders.items()},
        "figures": {
            name: middle([result["figures"] for result in some])
            for name, some in contenders.items()
        },
    }


def middle(rounds: Sequence[dict]) -> dict:
    """Return the medians of the numbers of rounds; what is no number is the first's."""
    return {
        key: first if isinstance(first, dict) else median(figures[key] for figures in rounds)
        for key, first in rounds[0].items()
    }


def ratio(size: Mapping, above: str, below: Sequence[str], key: str = "node_s") -> str:
    """Return a ratio of a figure; a dash where a contender was not measured."""
    figures = size["figures"]
    if not all(key in figures.get(name, ()) for name in (above, *below)):
        return "-"
    return f"{figures[above][key] / sum(figures[name][key] for name in below):.2f}"


def ratios(sizes: Sequence[dict]) -> dict[str, list[str]]:
    """Return the rows of the table of ratios, a cell a size; none of dashes alone."""
    rows = {label: [ratio(size, *which) for size in sizes] for label, *which in RATIOS}
    seconds = [size["figures"].get("run", {}).get("node_s") for size in sizes]
    rows["`dbt run`: node time, by that of the size before"] = ["-"] + [
        f"{after / before:.1f} for {larger['size'] / smaller['size']:g} times the data"
        if before and after
        else "-"
        for (smaller, larger), (before, after) in zip(
            pairwise(sizes), pairwise(seconds), strict=True
        )
    ]
    return {label: row for label, row in rows.items() if set(row) != {"-"}}


def render(sizes: Sequence[dict], picture: str) -> str:
    """Return the page; `picture` names its file."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"mb": lambda size: f"{size / 1e6:,.1f}", "many": "{:,}".format}
    return templates.get_template("page.md").render(
        picture=picture,
        sizes=sizes,
        labels=LABELS,
        on_athena=ON_ATHENA,
        ratios=ratios(sizes),
        ratio=ratio,
        zoned=[size for size in sizes if "run" in size["figures"]],
        slower=[size for size in sizes if size["figures"].keys() >= {"scan", "hand", "run"}],
        athena=[size for size in sizes if "athena" in size["figures"]],
        machines=list(dict.fromkeys(name for size in sizes for name in size["machines"])),
        versions={name: version for size in sizes for name, version in size["versions"].items()},
    )


def draw(sizes: Sequence[dict], file: TextIO) -> None:
    """Write the log-log picture of node times by size, as SVG."""
    import matplotlib.style  # takes long to load
    from matplotlib.figure import Figure

    # Colours for everyone, text as text, the same file each time.
    matplotlib.style.use(["petroff10", {"svg.fonttype": "none", "svg.hashsalt": "benchmark"}])
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.subplots()
    lines = {
        name: [
            (size["size"], size["figures"][name]["node_s"])
            for size in sizes
            if name in size["figures"]
        ]
        for name in DRAWN
    }
    for name in sorted(filter(lines.get, lines), key=lambda name: -lines[name][-1][1]):
        axes.loglog(*zip(*lines[name], strict=True), "o-", label=LABELS[name].replace("`", ""))
    axes.set(xlabel="size (1x: 956 customers, 11 MB)", ylabel="node time, seconds")
    axes.xaxis.set_major_formatter("{x:g}x")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(color="#dddddd")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    figure.savefig(file, format="svg", metadata={"Date": None})
