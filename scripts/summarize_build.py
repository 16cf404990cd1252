"""Lists what a build made: tables and rows, where the landing lines went, what to do next.

Reads what the newest dbt run wrote (target/manifest.json and run_results.json, or DBT_TARGET_PATH)
and the DuckDB file (STEDI_DUCKDB), and changes neither.

Exit codes: 0 listed, 1 there is no manifest or no database to read.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from textwrap import fill, shorten

import duckdb
import yaml
from stedi.command import PROJECT
from stedi.settings import Settings
from tabulate import tabulate

WIDTH = 100
HEADER = ("zone", "table", "rows", "one row per")
SIDES = ("left", "left", "right", "left")
CUT = {"width": 50, "placeholder": " …"}  # of a grain, and of a list of names
MOST_REASONS = 3  # of a feed; all of them would bury the rest
GOOD = ("kept", "right")
GRAINS = ("One row per ", "One row for ")
EXAMPLE = (
    "select count(*) as right_pairs from {schema}_curated.machine_learning_curated"
    " where is_same_person and is_consented_at_capture"
)


class Lakehouse:
    """The tables of a build: what the manifest says of them, and their rows in DuckDB."""

    def __init__(self, settings: Settings) -> None:
        """Open the database. Raises FileNotFoundError, duckdb.IOException."""
        manifest = settings.artifact("manifest")
        prefix = f"{settings.schema}_"
        # zone -> name -> first sentence of the description; dbt_project.yml has the zones in order
        project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
        zones = ["landing", *project["models"][project["name"]]]
        self.zones: dict[str, dict[str, str]] = {zone: {} for zone in zones if zone[0] != "+"}
        for node in [*manifest["sources"].values(), *manifest["nodes"].values()]:
            if is_table(node):
                zone = self.zones.setdefault(node["schema"].removeprefix(prefix), {})
                zone[node.get("identifier") or node["alias"]] = node["description"]
        self.feeds = [name.removeprefix("stg_") for name in sorted(self.zones["staging"])]
        self._prefix = prefix
        self._connection = duckdb.connect(str(settings.database), read_only=True)

    def query(self, columns: str, zone: str, table: str, more: str = "") -> list[tuple]:
        """Return rows of a table; none if it is not built."""
        try:
            table = f'"{self._prefix}{zone}"."{table}"'
            return self._connection.execute(f"select {columns} from {table} {more}").fetchall()
        except duckdb.CatalogException:
            return []


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
    sentence = " ".join(description.split()).split(". ")[0].removesuffix(".")
    for grain in GRAINS:
        if sentence.startswith(grain):
            return shorten(sentence.removeprefix(grain), **CUT)
    return ""


def render_tables(lakehouse: Lakehouse) -> str:
    """Return the table of tables; the audit zone is one row, as its contents come below."""
    audits = lakehouse.zones.get("audit", {})
    rows = []
    for zone, tables in lakehouse.zones.items():
        for name, description in sorted(tables.items()) if tables is not audits else ():
            counted = lakehouse.query("count(*)", zone, name)
            count = f"{counted[0][0]:,}" if counted else "not built"
            rows.append((zone, name, count, first_grain(description)))
    rows.append(("audit", f"{len(audits)} tables", "", "where every line went: see below"))
    return tabulate(rows, HEADER, tablefmt="plain", colalign=SIDES, disable_numparse=True)


def render_entry(lead: str, text: str) -> str:
    """Return a text under its lead."""
    filled = fill(text, WIDTH, initial_indent=f"{lead:10}", subsequent_indent=" " * 10)
    return filled.replace("\N{NO-BREAK SPACE}", " ")


def render_sum(lead: str, text: str, counts: Counter[str]) -> str:
    """Return an equation: all of the counts are so many of each, the good ones in front."""
    parts = sorted(counts.items(), key=lambda part: (part[0] not in GOOD, -part[1], part[0]))
    terms = " + ".join(f"{count:,}\N{NO-BREAK SPACE}{name}" for name, count in parts)
    return render_entry(lead, f"{text} {counts.total():,} = {terms}")


def render_accounting(lakehouse: Lakehouse) -> Iterator[str]:
    """Yield what became of each feed's lines and of the published pairs, and what looks odd."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    rejects: dict[str, Counter[str]] = defaultdict(Counter)
    columns = "feed, outcome, reject_reasons, row_count"
    for feed, outcome, reasons, count in lakehouse.query(columns, "audit", "row_accounting"):
        outcomes[feed][outcome] += count
        if reasons:
            rejects[feed][reasons] += count
    for feed, counts in sorted(outcomes.items()):
        yield render_sum("lines", feed, counts)
    pairs = Counter(dict(lakehouse.query("reason, row_count", "audit", "reconciliation")))
    if pairs:
        yield render_sum("pairs", "published", pairs)
    checks = lakehouse.query("check_name, row_count", "audit", "plausibility", "order by 2 desc, 1")
    odd = [f"{count:,} {check.replace('_', ' ')}" for check, count in checks if count]
    if odd:
        yield render_entry("odd", f"kept, but look: {', '.join(odd)}")
    yield from render_rejects(rejects)


def render_rejects(rejects: dict[str, Counter[str]]) -> Iterator[str]:
    """Yield a warning for each feed with rejected lines; reasons and counts, never a value."""
    for feed, reasons in sorted(rejects.items()):
        named = [f"{reason} {count:,}" for reason, count in reasons.most_common(MOST_REASONS)]
        if len(reasons) > MOST_REASONS:
            named.append(f"{len(reasons) - MOST_REASONS} other kinds")
        yield render_entry("WARNING", f"{feed}: {reasons.total():,} rejected ({', '.join(named)})")
    if rejects:
        yield "          docs/runbooks/rejected_records.md says what to do; to see the lines:"
        yield f"{set_variables()}.venv/bin/python scripts/show_rejected.py"


def set_variables() -> str:
    """Return the variables with which a command finds this lakehouse, as a shell takes them."""
    names = ("STEDI_LANDING", "STEDI_DUCKDB", "STEDI_SCHEMA")
    return "".join(f"{n}={shlex.quote(os.environ[n])} " for n in names if os.environ.get(n))


def render_next_steps(lakehouse: Lakehouse, settings: Settings) -> Iterator[str]:
    """Yield what was read, where everything is, and a query to try."""
    files = {}
    for feed in lakehouse.feeds:
        counted = lakehouse.query("count(distinct source_file)", "staging", f"stg_{feed}")
        files[feed] = counted[0][0] if counted else 0
        if not files[feed]:
            yield render_entry("WARNING", f"{feed} is empty: none of its files has a record")
    by_feed = ", ".join(f"{feed} {count}" for feed, count in files.items())
    connect = f"duckdb.connect('{settings.database}', read_only=True)"
    query = EXAMPLE.format(schema=settings.schema)
    yield f"landing   {settings.landing}: {sum(files.values())} files read ({by_feed})"
    yield f"database  {settings.database} (DuckDB)"
    yield "docs      make docs writes them: the lineage, and where the lines went as figures"
    yield "query     how many sensor pairs are of one person who had consented (paste this line):"
    yield f".venv/bin/python -c \"import duckdb; print({connect}.sql('{query}'))\""


def summarize(settings: Settings) -> str:
    """Return the summary. Raises FileNotFoundError, duckdb.IOException."""
    lakehouse = Lakehouse(settings)
    accounting = [*render_accounting(lakehouse), *render_next_steps(lakehouse, settings)]
    return "\n".join(["", render_tables(lakehouse), "", *accounting])


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


def main() -> int:
    """Print the summary; return the exit code."""
    os.chdir(PROJECT)
    settings = Settings.from_environment()
    try:
        unbuilt, failed = find_unbuilt(settings)
        if unbuilt:
            names = shorten(", ".join(unbuilt), **CUT)
            print(f"No summary: {names} could not be built, see above.", file=sys.stderr)
        else:
            print(summarize(settings))
    except (FileNotFoundError, duckdb.IOException) as error:
        print(f"{error}\nThere is nothing to list yet: run make build.", file=sys.stderr)
        return 1
    if failed and not unbuilt:
        names = shorten(", ".join(failed), **CUT)
        print(f"FAILED    {names}: the tables were made, see above.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
