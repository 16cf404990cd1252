"""Lists what a build made: tables and rows, where the landing lines went, what to do next.

Reads the manifest of the newest dbt run (target/manifest.json, or DBT_TARGET_PATH) and the DuckDB
file (STEDI_DUCKDB), and changes neither.

Exit codes: 0 listed, 1 there is no manifest or no database to read.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from lakehouse_reader.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
WIDTH = 100
# The order in which data flows; zones that are not named here come after, by name.
ZONES = ("landing", "staging", "consent", "trusted", "curated", "research", "audit")
UNBROKEN = "\N{NO-BREAK SPACE}"
AUDIT = "audit"
AUDIT_GRAIN = "where every line went, what looks odd: see below"
GRAINS = ("One row per ", "One row for ")
LEAD = 10  # columns of what begins a line below the table
# The summary fits one screen: lines that a feed's outcomes, odd counts, rejects may take.
MOST_LINES = 2
MOST_NAMES = 3
EXAMPLE = (
    "select count(*) as right_pairs from {schema}.machine_learning_curated"
    " where is_same_person and is_consented_at_capture"
)


@dataclass(frozen=True)
class Table:
    """A source or model of the manifest."""

    zone: str
    schema: str
    name: str
    grain: str

    def query(self, columns: str) -> str:
        """Select columns from it."""
        return f'select {columns} from "{self.schema}"."{self.name}"'


def first_grain(description: str) -> str:
    """Extract what one row is from a description that begins with "One row per"; else nothing."""
    sentence = " ".join(description.split()).split(". ")[0].removesuffix(".")
    for grain in GRAINS:
        if sentence.startswith(grain):
            return sentence.removeprefix(grain)
    return ""


def read_tables(manifest: dict, schema_prefix: str) -> list[Table]:
    """All sources and models that a build makes and the docs show, in the order of the data."""
    nodes = [*manifest["sources"].values(), *manifest["nodes"].values()]
    tables = [
        Table(
            zone=node["schema"].removeprefix(f"{schema_prefix}_"),
            schema=node["schema"],
            name=node.get("identifier") or node["alias"],
            grain=first_grain(node["description"]),
        )
        for node in nodes
        if node["resource_type"] in ("source", "model")
        and node["config"].get("materialized") != "ephemeral"
        and node["config"].get("docs", {}).get("show", True)
    ]
    return sorted(tables, key=lambda table: (zone_order(table.zone), table.zone, table.name))


def zone_order(zone: str) -> int:
    """Return the place of a zone in ZONES, or after them."""
    return ZONES.index(zone) if zone in ZONES else len(ZONES)


def count_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Count its rows, or say that there is no such table."""
    try:
        (rows,) = connection.execute(table.query("count(*)")).fetchone()
    except duckdb.CatalogException:
        return "not built"
    return f"{rows:,}"


def count_files(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> dict[str, int]:
    """Feed -> number of landing files that gave staging a row."""
    return {
        table.name.removeprefix("stg_"): connection.execute(
            table.query("count(distinct source_file)")
        ).fetchone()[0]
        for table in tables
        if table.zone == "staging"
    }


def count_rejects(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]
) -> dict[str, dict[str, int]]:
    """Feed -> reject reasons -> number of records; only feeds that have some."""
    rejects = {
        table.name.removeprefix("stg_"): dict(
            connection.execute(
                table.query("reject_reasons, count(*)")
                + " where reject_reasons is not null group by all order by 2 desc, 1"
            ).fetchall()
        )
        for table in tables
        if table.zone == "staging"
    }
    return {feed: reasons for feed, reasons in rejects.items() if reasons}


def read_counts(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table], name: str, columns: str
) -> list[tuple]:
    """Rows of a table of the audit zone, the greatest count first; none if it is not built."""
    for table in tables:
        if (table.zone, table.name) == (AUDIT, name):
            try:
                query = (
                    table.query(f"{columns}, row_count") + f" order by row_count desc, {columns}"
                )
                return connection.execute(query).fetchall()
            except duckdb.CatalogException:
                break
    return []


def is_rejected(outcome: str) -> bool:
    """Whether an outcome is the reasons of a rejected line."""
    return outcome.startswith(("unreadable_json", "missing_", "invalid_"))


def render_accounting(rows: Iterable[tuple[str, str, int]]) -> list[str]:
    """Lines that say, for each feed, what became of its lines; all reject reasons are one."""
    outcomes: dict[str, Counter[str]] = {}
    for feed, outcome, count in rows:
        name = "rejected" if is_rejected(outcome) else outcome
        outcomes.setdefault(feed, Counter())[name] += count
    width = max(map(len, outcomes), default=0)
    lines = []
    for feed, counts in sorted(outcomes.items()):
        parts = [f"{count:,} {outcome}" for outcome, count in counts.most_common()]
        # Kept first: it is what the build is for.
        parts.sort(key=lambda part: not part.endswith(" kept"))
        text = f"{feed:{width}}  {counts.total():,} = {' + '.join(parts)}"
        lines += render_entry("lines" * (not lines), text, "+", hanging=width + 2)
    return lines


def render_reconciliation(rows: Iterable[tuple[str, int]]) -> list[str]:
    """Lines that say which of the published pairs are right."""
    counts = dict(rows)
    if not counts:
        return []
    parts = [f"{count:,} {reason.replace('_', ' ')}" for reason, count in counts.items()]
    parts.sort(key=lambda part: not part.endswith(" right"))
    return render_entry("pairs", f"{sum(counts.values()):,} published = {' + '.join(parts)}", "+")


def render_plausibility(rows: Iterable[tuple[str, int]]) -> list[str]:
    """Lines on what looks wrong and is kept; nothing if nothing does."""
    parts = [f"{count:,} {check.replace('_', ' ')}" for check, count in rows if count]
    return render_entry("odd", "kept, but look: " + ", ".join(parts), ",") if parts else []


def render_entry(lead: str, text: str, separator: str, hanging: int = 0) -> list[str]:
    """Lines of a text under its lead; a text that needs more than MOST_LINES ends with a count."""
    spaces = " " * (LEAD + hanging)
    first, *others = text.split(f"{separator} ")
    parts = [first, *(part.replace(" ", UNBROKEN) for part in others)]
    for dropped in range(len(parts)):
        kept = parts[: len(parts) - dropped]
        rest = [f"{dropped}{UNBROKEN}more"] * (dropped > 0)
        lines = textwrap.wrap(
            f"{separator} ".join(kept + rest),
            WIDTH,
            initial_indent=f"{lead:{LEAD}}",
            subsequent_indent=spaces,
            break_on_hyphens=False,
        )
        if len(lines) <= MOST_LINES:
            break
    return [line.replace(UNBROKEN, " ") for line in lines]


def render_warnings(files: dict[str, int], rejects: dict[str, dict[str, int]]) -> list[str]:
    """Lines on what a reader of the numbers must know; reasons and counts, never a value."""
    lines = [
        f"WARNING   {feed} is empty: none of its files has a record"
        for feed in files
        if not files[feed]
    ]
    for feed, reasons in rejects.items():
        text = f"WARNING   {feed}: {sum(reasons.values()):,} rejected ("
        counted = [f"{reason} {count:,}" for reason, count in reasons.items()]
        for dropped in range(len(counted)):
            others = [f"{dropped} other kinds"] * (dropped > 0)
            line = text + ", ".join(counted[: len(counted) - dropped] + others) + ")"
            if len(line) <= WIDTH:
                break
        lines.append(line)
    if rejects:
        lines.append(
            f"{'':{LEAD}}docs/runbooks/rejected_records.md says what to do; to see the lines:"
        )
        lines.append(f"{set_variables()}.venv/bin/python scripts/show_rejected.py")
    return lines


def set_variables() -> str:
    """The variables with which a command finds this lakehouse, as a shell takes them."""
    names = ("STEDI_LANDING", "STEDI_DUCKDB", "STEDI_SCHEMA")
    return "".join(f"{n}={shlex.quote(os.environ[n])} " for n in names if os.environ.get(n))


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table; numbers (third column) to the right, the last column cut."""
    cells = [header, *rows]
    zone, name, count = (max(len(row[column]) for row in cells) for column in range(3))
    lines = []
    for row in cells:
        start = f"{row[0]:{zone}}  {row[1]:{name}}  {row[2]:>{count}}  "
        rest = textwrap.shorten(row[3], WIDTH - len(start), placeholder=" …")
        lines.append((start + rest).rstrip())
    return lines


def list_tables(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]
) -> list[tuple[str, str, str, str]]:
    """Rows of the table of tables; the audit zone is one, as its contents come below."""
    tables = list(tables)
    rows = [
        (table.zone, table.name, count_rows(connection, table), table.grain)
        for table in tables
        if table.zone != AUDIT
    ]
    audits = sum(table.zone == AUDIT for table in tables)
    return rows + [(AUDIT, f"{audits} tables", "", AUDIT_GRAIN)] * (audits > 0)


def render_next_steps(settings: Settings, files: dict[str, int]) -> list[str]:
    """Lines that say what was read, where everything is, and a query to try."""
    by_feed = ", ".join(f"{feed} {count}" for feed, count in files.items())
    query = EXAMPLE.format(schema=f"{settings.schema}_curated")
    connect = f"duckdb.connect('{settings.database}', read_only=True)"
    return [
        f"landing   {settings.landing}: {sum(files.values())} files read ({by_feed})",
        f"database  {settings.database} (DuckDB)",
        "docs      make docs writes them: the lineage, and where the lines went as figures",
        "query     how many sensor pairs are of one person who had consented (paste this line):",
        f".venv/bin/python -c \"import duckdb; print({connect}.sql('{query}'))\"",
    ]


def summarize(settings: Settings) -> list[str]:
    """All lines of the summary."""
    manifest = json.loads((settings.target / "manifest.json").read_text(encoding="utf-8"))
    tables = read_tables(manifest, settings.schema)
    with duckdb.connect(str(settings.database), read_only=True) as connection:
        rows = list_tables(connection, tables)
        files = count_files(connection, tables)
        rejects = count_rejects(connection, tables)
        accounting = read_counts(connection, tables, "row_accounting", "feed, outcome")
        reconciliation = read_counts(connection, tables, "reconciliation", "reason")
        plausibility = read_counts(connection, tables, "plausibility", "check_name")
    return [
        "",
        *render_table(("zone", "table", "rows", "one row per"), rows),
        "",
        *render_accounting(accounting),
        *render_reconciliation(reconciliation),
        *render_plausibility(plausibility),
        *render_warnings(files, rejects),
        *render_next_steps(settings, files),
    ]


def find_unbuilt(target: Path) -> tuple[list[str], list[str]]:
    """Name the models that the newest dbt run has not built, and the tests that failed in it."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    models, tests = [], []
    for result in results:
        kind, _, name, *_ = result["unique_id"].split(".")
        if kind == "model" and result["status"] != "success":
            models.append(name)
        elif result["status"] in ("fail", "error"):
            tests.append(name)
    return models, tests


def in_short(names: Sequence[str]) -> str:
    """List the first names."""
    return ", ".join(names[:MOST_NAMES]) + (" and more" if len(names) > MOST_NAMES else "")


def main() -> int:
    """Print the summary; return the exit code."""
    os.chdir(PROJECT)
    settings = Settings.from_environment()
    try:
        unbuilt, failed = find_unbuilt(settings.target)
        if unbuilt:
            print(
                f"No summary: {in_short(unbuilt)} could not be built, see above.", file=sys.stderr
            )
            return 0
        print("\n".join(summarize(settings)))
        if failed:
            print(
                f"FAILED    {in_short(failed)}: the tables were made, see above.", file=sys.stderr
            )
    except (FileNotFoundError, duckdb.IOException) as error:
        print(f"{error}\nThere is nothing to list yet: run make build.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
