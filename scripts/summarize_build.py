# Longer than most scripts: it names what is not there, or looks odd, instead of a bare count.
"""Lists what a build made: tables and rows, where the landing lines went, what to do next.

Reads what the newest dbt run wrote (target/manifest.json and run_results.json, or DBT_TARGET_PATH)
and the DuckDB file (STEDI_DUCKDB) or Athena, and changes neither. In Athena that takes two queries,
and the workgroup's history says what the build has cost.
exit codes: 0 listed, 1 no manifest or no database can be read, 2 a setting is missing or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from textwrap import fill, shorten

from stedi import prices
from stedi.command import PROJECT, Problem, parser, run, width
from stedi.contents import Contents
from stedi.feeds import feeds
from stedi.lakehouse import Lakehouse, add_options, open_lakehouse
from stedi.settings import Settings

import yaml
from tabulate import tabulate

HEADER = ("zone", "table", "rows", "one row per")
SIDES = ("left", "left", "right", "left")
LEAST_GRAIN = 20  # characters; what one row is, is left out of a narrower table
CUT = {"width": 50, "placeholder": " …"}  # of a list of names
MOST_REASONS = 3  # of a feed; all of them would bury the rest
GOOD = ("kept", "right")
DEMO_PEPPER = PROJECT / "seeds/demo_pepper/pepper"
DATA_SET = "dataset_fingerprint"
IS_DEMO = f"sha256(trim(pepper)) = '{sha256(DEMO_PEPPER.read_bytes().strip()).hexdigest()}'"
QUERY = """\
select count(*) as right_pairs
from {schema}_curated.machine_learning_curated
where is_same_person and is_consented_at_capture
"""
ON_DUCKDB = '''\
import duckdb
lake = duckdb.connect({database}, read_only=True)
print(lake.sql("""
{query}"""))'''
# The variables with which a pasted command finds the same lakehouse.
VARIABLES = {
    "local": ("STEDI_LANDING", "STEDI_DUCKDB", "STEDI_SCHEMA"),
    "athena": (
        *("AWS_PROFILE", "AWS_REGION", "STEDI_WORK_GROUP", "STEDI_ATHENA_RESULTS"),
        *("STEDI_LANDING", "STEDI_SCHEMA"),
    ),
}


def read_zones(settings: Settings) -> dict[str, dict[str, str]]:
    """Return zone -> table -> description, zones in the order of dbt_project.yml.

    Raises FileNotFoundError if dbt has not run.
    """
    manifest = settings.artifact("manifest")
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    declared = ["landing", *project["models"][project["name"]]]
    zones: dict[str, dict[str, str]] = {zone: {} for zone in declared if zone[0] != "+"}
    for node in [*manifest["sources"].values(), *manifest["nodes"].values()]:
        if is_table(node):
            zone = zones.setdefault(node["schema"].removeprefix(f"{settings.schema}_"), {})
            zone[node.get("identifier") or node["alias"]] = node["description"]
    return zones


def has_demo_pepper(lakehouse: Lakehouse) -> bool:
    """Whether the pepper of today is the demo pepper, which is for DuckDB only."""
    sql = f"select {IS_DEMO} from {lakehouse.table('secret', 'pepper')}"
    try:
        return lakehouse.target == "local" and list(lakehouse.rows(sql)) == [(True,)]
    except Problem:
        return False


def is_table(node: dict) -> bool:
    """Whether a node of the manifest is a source or model that a build makes and the docs show."""
    config = node["config"]
    return (
        node["resource_type"] in ("source", "model")
        and config.get("materialized") != "ephemeral"
        and config.get("docs", {}).get("show", True)
    )


def first_grain(description: str) -> str:
    """Extract what one row is from a description that begins with "One row per"; else nothing."""
    found = re.match(r"One row (?:per|for) (.+?)(\. |\.?$)", " ".join(description.split()))
    return found[1] if found else ""


def render_tables(contents: Contents, zones: dict[str, dict[str, str]]) -> str:
    """Return the table of tables; the audit zone is one row, as its contents come below."""
    audits = zones.pop("audit", {})
    rows = []
    for zone, tables in zones.items():
        for name, description in sorted(tables.items()):
            is_view = zone == "landing"
            place = ("staging", f"stg_{name.removesuffix('_landing')}") if is_view else (zone, name)
            count = contents.count("rows", *place)
            shown_count = "not built" if count is None else f"{count:,}"
            rows.append((zone, name, shown_count, first_grain(description)))
    rows.append(("audit", f"{len(audits)} tables", "", "where every line went: see below"))
    *others, _ = zip(HEADER, *rows, strict=True)
    room = width() - sum(max(map(len, column)) + 2 for column in others)
    cut = [(*row[:-1], shorten(row[-1], room, placeholder=" …")) for row in rows]
    shown = [HEADER, *cut] if room >= LEAST_GRAIN else [row[:-1] for row in (HEADER, *rows)]
    sides = SIDES[: len(shown[0])]
    return tabulate(shown[1:], shown[0], tablefmt="plain", colalign=sides, disable_numparse=True)


def render_entry(lead: str, text: str) -> str:
    """Return a text behind its leading word."""
    indent = {"initial_indent": f"{lead:10}", "subsequent_indent": " " * 10}
    filled = fill(text, width(), **indent, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\N{NO-BREAK SPACE}", " ")


def render_sum(lead: str, text: str, counts: Counter[str]) -> str:
    """Return an equation: the sum of the counts = each count, the good ones first."""
    parts = sorted(counts.items(), key=lambda part: (part[0] not in GOOD, -part[1], part[0]))
    terms = " + ".join(f"{count:,}\N{NO-BREAK SPACE}{name}" for name, count in parts)
    return render_entry(lead, f"{text} {counts.total():,} = {terms}")


def render_accounting(contents: Contents, target: str) -> Iterator[str]:
    """Yield what became of each feed's lines and of the published pairs, and what looks odd."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    rejects: dict[str, Counter[str]] = defaultdict(Counter)
    for feed, outcome, reasons, count in contents.shown("audit", "row_accounting"):
        outcomes[feed][outcome] += count
        if reasons:
            rejects[feed][reasons] += count
    for feed, counts in sorted(outcomes.items()):
        yield render_sum("lines", feed, counts)
    reconciled = contents.shown("audit", "reconciliation")
    pairs = Counter({reason: count for reason, *_, count in reconciled})
    if pairs:
        yield render_sum("pairs", "published", pairs)
    checks = contents.shown("audit", "plausibility")
    checks.sort(key=lambda check: (-check[-1], check[0]))
    odd = [f"{count:,} {check.replace('_', ' ')}" for check, *_, count in checks if count]
    if odd:
        yield render_entry("odd", f"kept, but look: {', '.join(odd)}")
    yield from render_rejects(rejects, target)


def render_rejects(rejects: dict[str, Counter[str]], target: str) -> Iterator[str]:
    """Yield a warning for each feed with rejected lines; reasons and counts, never a value."""
    for feed, reasons in sorted(rejects.items()):
        named = [f"{reason} {count:,}" for reason, count in reasons.most_common(MOST_REASONS)]
        if len(reasons) > MOST_REASONS:
            named.append(f"{len(reasons) - MOST_REASONS} other kinds")
        yield render_entry("WARNING", f"{feed}: {reasons.total():,} rejected ({', '.join(named)})")
    if rejects:
        yield render_entry(
            "", "docs/runbooks/rejected_records.md says what to do; to see the lines:"
        )
        option = " --target athena" * (target == "athena")
        yield f"{set_variables(target)}.venv/bin/python scripts/show_rejected.py{option}"


def set_variables(target: str) -> str:
    """Return the variables with which a command finds this lakehouse, as a shell takes them."""
    names = [name for name in VARIABLES[target] if os.environ.get(name)]
    return "".join(f"{name}={shlex.quote(os.environ[name])} " for name in names)


def render_read(contents: Contents, settings: Settings) -> Iterator[str]:
    """Yield what was read: files of each feed that staging has loaded."""
    files = {}
    for feed in feeds():
        count = contents.count("files", "staging", f"stg_{feed}")
        if count is None:
            yield render_entry("WARNING", f"stg_{feed} is not built: what was read is not known")
            continue
        files[feed] = count
        if not count:
            yield render_entry("WARNING", f"{feed} is empty: none of its files has a record")
    by_feed = ", ".join(f"{feed} {count}" for feed, count in files.items())
    read_files = f": {sum(files.values())} files loaded so far ({by_feed})" if files else ""
    yield render_entry("landing", f"{settings.landing}{read_files}")


def render_next_steps(
    contents: Contents, lakehouse: Lakehouse, settings: Settings
) -> Iterator[str]:
    """Yield where everything is, and a query to try."""
    is_local = lakehouse.target == "local"
    for data_set, *_ in contents.shown("research", DATA_SET):
        # The pepper of an earlier build is not known: today's file may be another one.
        whose = f" ({'demo' if has_demo_pepper(lakehouse) else 'your own'} pepper)"
        yield render_entry("data set", data_set + whose * was_built(settings, DATA_SET))
    yield render_entry("database", lakehouse.name + " (DuckDB)" * is_local)
    docs = "make docs" + " TARGET=athena" * (not is_local)
    yield render_entry("docs", f"{docs}: the lineage, and where the lines went as figures")
    yield render_entry("query", "how many pairs are of one person who had consented (paste this):")
    query = QUERY.format(schema=settings.schema)
    if is_local:
        # A text in JSON is one in Python as well.
        database = json.dumps(str(settings.database), ensure_ascii=False)
        code = ON_DUCKDB.format(database=database, query=query)
        yield f".venv/bin/python -c {shlex.quote(code)}"
    else:
        variables = set_variables(lakehouse.target)
        yield f"{variables}.venv/bin/python scripts/query.py {shlex.quote(query.strip())}"


def render_cost(arguments: argparse.Namespace, settings: Settings) -> str:
    """Return what the build has cost in Athena."""
    import build_cost  # takes boto3, which is slow to load

    try:
        headline = build_cost.headline(*build_cost.read(arguments, settings))
    except Problem as problem:  # the build is no worse for it
        return render_entry("cost", f"not known: {problem}")
    return render_entry("cost", f"{headline} (more: scripts/build_cost.py)")


def summarize(lakehouse: Lakehouse, settings: Settings, zones: dict[str, dict[str, str]]) -> str:
    """Return the summary of a lakehouse and its zones. Raises Problem."""
    # A landing view would parse all files again; staging has a row for each of its lines.
    counted = {zone: zones[zone] for zone in zones if zone not in ("landing", "audit")}
    contents = Contents(lakehouse, counted)
    entries = [
        *render_accounting(contents, lakehouse.target),
        *render_read(contents, settings),
        *render_next_steps(contents, lakehouse, settings),
    ]
    return "\n".join(["", render_tables(contents, zones), "", *entries])


def find_unbuilt(settings: Settings) -> tuple[list[str], list[str]]:
    """Name the models that the newest dbt run has not built, and the tests that failed in it."""
    models, tests = [], []
    for result in settings.artifact("run_results")["results"]:
        kind, _, name, *_ = result["unique_id"].split(".")
        if kind == "model" and result["status"] != "success":
            models.append(name)
        elif result["status"] in ("fail", "error"):
            tests.append(name)
    return models, tests


def was_built(settings: Settings, model: str) -> bool:
    """Whether the newest dbt run has built a model."""
    return any(
        result["unique_id"].endswith(f".{model}") and result["status"] == "success"
        for result in settings.artifact("run_results")["results"]
    )


def show(arguments: argparse.Namespace) -> None:
    """Print the summary. Raises Problem."""
    os.chdir(PROJECT)
    settings = Settings.from_environment()
    try:
        unbuilt, failed = (shorten(", ".join(n), **CUT) for n in find_unbuilt(settings))
        zones = read_zones(settings)
    except FileNotFoundError as error:
        raise Problem(f"there is nothing to list yet, run make build ({error})") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # half-written, foreign
        said = f"{settings.target} holds no whole run of dbt, run make build"
        raise Problem(f"{said} ({type(error).__name__}: {error})") from None
    if unbuilt:
        print(f"No summary: {unbuilt} could not be built, see above.", file=sys.stderr)
        return
    print(summarize(open_lakehouse(arguments, settings), settings, zones))
    if arguments.target == "athena":
        print(render_cost(arguments, settings))
    if failed:
        print(f"FAILED    {failed}: the tables were made, see above.", file=sys.stderr)


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser("summarize_build.py", __doc__)
    prices.add_option(options)
    add_options(options)
    return run(options, show, argv)


if __name__ == "__main__":
    sys.exit(main())
