"""Lists what a build made: every table with its zone and rows, the landing files, what to do next.

Reads the manifest of the newest dbt run (target/manifest.json, or DBT_TARGET_PATH) and the DuckDB
file (STEDI_DUCKDB), and changes neither.

Exit codes: 0 listed, 1 there is no manifest or no database to read.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
WIDTH = 100
# The order in which data flows; zones that are not named here come after, by name.
ZONES = ("landing", "staging", "consent", "trusted", "curated")
GRAIN = "One row per "
MOST_REASONS = 5
EXAMPLE = (
    "select count(*) as right_pairs from {schema}.machine_learning_curated"
    " where is_same_person and is_consented_at_capture"
)


@dataclass(frozen=True)
class Settings:
    """Where the build was made, by the same variables and defaults as in profiles.example.yml."""

    landing: str
    database: Path
    schema: str
    target: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the variables; an empty one counts as unset."""
        return cls(
            landing=os.environ.get("STEDI_LANDING") or "data/landing",
            database=Path(os.environ.get("STEDI_DUCKDB") or "data/stedi.duckdb"),
            schema=os.environ.get("STEDI_SCHEMA") or "stedi",
            target=Path(os.environ.get("DBT_TARGET_PATH") or "target"),
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
    if not description.startswith(GRAIN):
        return ""
    sentence = " ".join(description.split()).split(". ")[0]
    return sentence.removeprefix(GRAIN).removesuffix(".")


def read_tables(manifest: dict, schema_prefix: str) -> list[Table]:
    """All sources and models that a build makes, in the order in which data flows."""
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


def render_warnings(files: dict[str, int], rejects: dict[str, dict[str, int]]) -> list[str]:
    """Lines on what a reader of the numbers must know; reasons and counts, never a value."""
    lines = [
        f"WARNING   {feed} is empty: none of its files has a record"
        for feed in files
        if not files[feed]
    ]
    for feed, reasons in rejects.items():
        counted = [f"{reason} {count:,}" for reason, count in reasons.items()]
        others = [f"{len(counted) - MOST_REASONS} other kinds"] * (len(counted) > MOST_REASONS)
        counts = ", ".join(counted[:MOST_REASONS] + others)
        text = f"{feed}: {sum(reasons.values()):,} rejected ({counts})"
        lines += textwrap.wrap(text, WIDTH, initial_indent="WARNING   ", subsequent_indent=" " * 10)
    return lines


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table; numbers (third column) to the right, the last column wrapped."""
    cells = [header, *rows]
    zone, name, count = (max(len(row[column]) for row in cells) for column in range(3))
    lines = []
    for row in cells:
        start = f"{row[0]:{zone}}  {row[1]:{name}}  {row[2]:>{count}}  "
        lines += textwrap.wrap(
            row[3],
            WIDTH,
            initial_indent=start,
            subsequent_indent=" " * len(start),
        ) or [start.rstrip()]
    return lines


def render_next_steps(settings: Settings, files: dict[str, int]) -> list[str]:
    """Lines that say what was read, where everything is, and a query to try."""
    by_feed = ", ".join(f"{feed} {count}" for feed, count in files.items())
    query = EXAMPLE.format(schema=f"{settings.schema}_curated")
    connect = f"duckdb.connect('{settings.database}', read_only=True)"
    return [
        f"landing   {settings.landing}: {sum(files.values())} files read ({by_feed})",
        f"database  {settings.database} (DuckDB)",
        "docs      make docs writes them, with the lineage",
        "query     how many sensor pairs are of one person who had consented (paste this line):",
        f".venv/bin/python -c \"import duckdb; print({connect}.sql('{query}'))\"",
    ]


def summarize(settings: Settings) -> list[str]:
    """All lines of the summary."""
    manifest = json.loads((settings.target / "manifest.json").read_text(encoding="utf-8"))
    tables = read_tables(manifest, settings.schema)
    with duckdb.connect(str(settings.database), read_only=True) as connection:
        rows = [(t.zone, t.name, count_rows(connection, t), t.grain) for t in tables]
        files = count_files(connection, tables)
        rejects = count_rejects(connection, tables)
    return [
        "",
        *render_table(("zone", "table", "rows", "one row per"), rows),
        "",
        *render_warnings(files, rejects),
        *render_next_steps(settings, files),
    ]


def main() -> int:
    """Print the summary; return the exit code."""
    os.chdir(PROJECT)
    try:
        print("\n".join(summarize(Settings.from_environment())))
    except (FileNotFoundError, duckdb.IOException) as error:
        print(f"{error}\nThere is nothing to list yet: run make build.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
