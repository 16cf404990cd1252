#!/usr/bin/env python3
# Longer than most scripts: the queries that check the files against the fingerprint stand here.
"""Exports the research zone as Parquet files with fingerprint and data card.

The new folder gets reading_pairs, readings and publishable_reading_pairs, each sorted by its key,
fingerprint.json, which names the data set, and data_card.md. The same tables give the same files,
from DuckDB as from Athena. The folder appears when the files have been read back and match the
fingerprint.
for example:
  export_research.py
      from the DuckDB file to data/export
  export_research.py --target athena --out /safe/place/stedi
      through queries in Athena
  export_research.py --publishable-only --out stedi-sample
      only what its people share with the public, and the card

What is exported is pseudonymous, not anonymous: keep it as safe as the tables. Only you can read
the folder. Times are moments in UTC; derived numbers are rounded to 9 decimals.
exit codes: 0 exported, 1 the tables cannot be read or do not fit together, 2 an option or setting
is wrong, 130 interrupted (nothing is left)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from stedi.command import PROJECT, Problem, SettingProblem, parser, replacing_folder, run
from stedi.lakehouse import Lakehouse, add_options, open_lakehouse
from stedi.settings import Settings

import duckdb
import yaml
from tabulate import tabulate

DEFAULT_OUT = "data/export"
CARD = PROJECT / "docs/data_card.md"
DECLARATION = PROJECT / "models/research/_research__models.yml"

# The tables that are exported. A new table of the zone is not, until it is named here.
PAIRS, READINGS, PUBLISHABLE = TABLES = ("reading_pairs", "readings", "publishable_reading_pairs")
FINGERPRINT = "dataset_fingerprint"
FINGERPRINT_FILE = "fingerprint.json"
CARD_FILE = "data_card.md"
# An export is recognised by this line; --overwrite may replace it.
MARK = "<!-- STEDI research export -->"
# The last bit of means and norms differs between engines, and between builds of one engine.
DECIMALS = 9
SPLITS = ("train", "validation", "test")

# As models/research/dataset_fingerprint.sql defines it, on the columns of a file.
CONTENT_SHA256 = """
with pairs as (
    select sha256(concat_ws(
        ' ', device_key, epoch_ms(captured_at), distancefromobject, vector_number, subject_key,
        hex(cast(cast(x as bit) as blob)), hex(cast(cast(y as bit) as blob)),
        hex(cast(cast(z as bit) as blob)), split
    )) as row_hash
    from {rows}
),
leaves as (
    select
        substr(row_hash, 1, 3) as leaf,
        sha256(string_agg(row_hash, '' order by row_hash)) as leaf_hash
    from pairs
    group by leaf
)
select sha256(coalesce(string_agg(leaf_hash, '' order by leaf), '')) from leaves
"""
# Columns of the fingerprint: the query of the files that gives the same value.
FINGERPRINTS = {
    "row_count": f"select count(*) from {PAIRS}",
    "subject_count": f"select count(distinct subject_key) from {PAIRS}",
    "first_captured_at": f"select min(captured_at at time zone 'UTC') from {PAIRS}",
    "last_captured_at": f"select max(captured_at at time zone 'UTC') from {PAIRS}",
    "content_sha256": CONTENT_SHA256.format(rows=PAIRS),
    "publishable_row_count": f"select count(*) from {PUBLISHABLE}",
    "publishable_sha256": CONTENT_SHA256.format(rows=PUBLISHABLE),
}
# What is wrong, and the query that counts it.
SUMMED = "device_key, captured_at, distancefromobject, subject_key, split"
MISTAKES = {
    "keys in reading_pairs that are not pseudonyms": f"""
        select count(*) from {PAIRS}
        where not regexp_full_match(subject_key || device_key, '[0-9a-f]{{128}}')""",
    "people in more than one split": f"""
        select count(*) from (
            select 1 from {PAIRS} group by subject_key having count(distinct split) > 1)""",
    "rows that differ between readings and the sums of reading_pairs": f"""
        with summed as (select {SUMMED}, count(*) from {PAIRS} group by all),
        written as (select {SUMMED}, vector_count from {READINGS})
        select count(*) from (
            (from summed except all from written) union all (from written except all from summed))
        """,
    "publishable rows that are not in reading_pairs": f"""
        select count(*) from (
            select * exclude (vector_number) from {PUBLISHABLE}
            except all select * exclude (vector_number) from {PAIRS})""",
}

Fingerprint = Mapping[str, Any]


@cache
def contract() -> dict[str, dict[str, str]]:
    """Table of the research zone -> column -> its type in DuckDB, as dbt's contract declares them.

    captured_at has no time zone in the tables; in the files it is a moment in UTC.
    """
    models = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))["models"]
    types = {"timestamp(6)": "timestamptz"}
    return {
        model["name"]: {
            column["name"]: types.get(column["data_type"], column["data_type"])
            for column in model["columns"]
        }
        for model in models
    }


def check_columns(lakehouse: Lakehouse, name: str) -> str:
    """Return a table as SQL if it has the columns of its contract and no other. Raises Problem."""
    table = lakehouse.table("research", name)
    columns, declared = lakehouse.columns(table), list(contract()[name])
    if columns != declared:
        strange = ", ".join(sorted({*columns} ^ {*declared})) or "the order of its columns"
        place = DECLARATION.relative_to(PROJECT)
        raise Problem(f"{name} is not as {place} declares it: {strange}. Nothing was exported")
    return table


def read_fingerprint(lakehouse: Lakehouse) -> Fingerprint:
    """Return the one row of dataset_fingerprint. Raises Problem."""
    names = contract()[FINGERPRINT]
    table = check_columns(lakehouse, FINGERPRINT)
    rows = list(lakehouse.rows(f"select {', '.join(names)} from {table}"))
    if len(rows) != 1:
        raise Problem(f"{FINGERPRINT} has {len(rows)} rows instead of one: build again")
    return dict(zip(names, rows[0], strict=True))


def write_table(lakehouse: Lakehouse, name: str, folder: Path) -> None:
    """Write a table, sorted by its key, as Parquet into the folder. Raises Problem."""
    columns = contract()[name]
    source = lakehouse.relation(check_columns(lakehouse, name), columns, folder)
    selected = ", ".join(
        # + 0, as what rounds to zero has no sign
        f"round({column}, {DECIMALS}) + 0 as {column}"
        if name == READINGS and kind == "double"
        else f"cast({column} as {kind}) as {column}"
        for column, kind in columns.items()
    )
    # With one thread rows are cut into the same groups each time, and from a table of its own they
    # are encoded alike, whatever they were read from. The key's columns come first.
    lakehouse.connection.execute(
        "set TimeZone = 'UTC'; set threads = 1; set preserve_insertion_order = true;"
        f"create or replace temp table exported as select {selected} from ({source}) order by all"
    )
    path = str(folder / f"{name}.parquet").replace("'", "''")
    lakehouse.connection.execute(f"copy exported to '{path}' (format parquet, compression zstd)")
    lakehouse.connection.execute("drop table exported")


def open_files(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection that has the written tables under their names."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for name in TABLES:
        path = str(folder / f"{name}.parquet").replace("'", "''")
        connection.execute(f"create view {name} as from read_parquet('{path}')")
    return connection


def check_files(files: duckdb.DuckDBPyConnection, fingerprint: Fingerprint) -> None:
    """Compare the written tables with the fingerprint and with each other. Raises Problem."""
    wrong = []
    for name, query in FINGERPRINTS.items():
        ((value,),) = files.execute(query).fetchall()
        if value != fingerprint[name]:
            wrong.append(f"{name} of the files is {value}, the fingerprint's {fingerprint[name]}")
    for what, query in MISTAKES.items():
        ((count,),) = files.execute(query).fetchall()
        if count:
            wrong.append(f"{count:,} {what}")
    if wrong:
        raise Problem(
            f"the tables do not fit together: {'; '.join(wrong)}. Another build may be running: "
            "wait for its end, then export again. Nothing was exported"
        )


def render_card(
    files: duckdb.DuckDBPyConnection, folder: Path, tables: tuple[str, ...], facts: Fingerprint
) -> str:
    """Return docs/data_card.md under the figures of the tables in a folder. Raises Problem."""
    try:
        title, _, text = CARD.read_text(encoding="utf-8").partition("\n")
    except OSError as error:
        said = f"{CARD} cannot be read, {error.strerror}: no data is exported without its card"
        raise Problem(said) from None
    counted = []
    for name in tables:
        row = [f"`{name}.parquet`"]
        for where in ("true", *(f"split = '{split}'" for split in SPLITS)):
            query = f"select count(*), count(distinct subject_key) from {name} where {where}"
            ((rows, people),) = files.execute(query).fetchall()
            row.append(f"{rows:,} ({people:,})")
        digest = hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
        counted.append([*row, f"`{digest}`"])
    header = ("file", *(f"{part}: rows (people)" for part in ("all", *SPLITS)), "SHA-256")
    return (
        f"{title}\n\n{MARK}\n## This export\n\n{tabulate(counted, header, 'github')}\n\n"
        "In the files `captured_at` is a moment (with time zone, UTC), and means and norms are "
        f"rounded to {DECIMALS} decimals.\n"
        f"Made from data set `{facts['content_sha256']}` (SHA-256 of its {facts['row_count']:,} "
        f"pairs), whose publishable part is `{facts['publishable_sha256']}` "
        f"({facts['publishable_row_count']:,} pairs), built by code version "
        f"`{facts['code_version']}` from {facts['landing_lines']:,} lines of "
        f"{facts['landing_files']:,} landing files.\n\n{text.lstrip()}"
    )


def check_replaceable(out: Path, overwrite: bool, *_: object) -> None:
    """Raise SettingProblem unless `out` is absent, empty, or an export to be replaced."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise SettingProblem(f"{out} is not a folder: --out must name one")
    names = {path.name for path in out.iterdir()}
    strangers = sorted(
        names - {*(f"{name}.parquet" for name in TABLES), FINGERPRINT_FILE, CARD_FILE}
    )
    card = out / CARD_FILE
    if strangers:
        raise SettingProblem(
            f"{out} holds {strangers[0]}, which is not part of an export: choose another --out"
        )
    if names and not (card.is_file() and MARK in card.read_text("utf-8", "replace")):
        raise SettingProblem(f"{out} is neither empty nor an export: choose another --out")
    if names and not overwrite:
        raise SettingProblem(f"{out} is an export already: add --overwrite to replace it")


def export(arguments: argparse.Namespace) -> None:
    """Write and check the files, then put them in place. Raises Problem."""
    out = Path(os.path.realpath(arguments.out or PROJECT / DEFAULT_OUT))
    os.chdir(PROJECT)
    tables = (PUBLISHABLE,) if arguments.publishable_only else TABLES
    check = partial(check_replaceable, out, arguments.overwrite)
    lakehouse = open_lakehouse(arguments, Settings.from_environment())
    try:
        with (
            replacing_folder(out, check, 0o700) as folder,
            tempfile.TemporaryDirectory(dir=folder.parent) as scratch,
        ):
            # The whole set is written in any case: what is publishable is checked against it.
            whole = Path(scratch)
            fingerprint = read_fingerprint(lakehouse)
            for name in TABLES:
                write_table(lakehouse, name, whole)
            with open_files(whole) as files:
                check_files(files, fingerprint)
                card = render_card(files, whole, tables, fingerprint)
            (folder / CARD_FILE).write_text(card, encoding="utf-8")
            if not arguments.publishable_only:
                text = json.dumps(fingerprint, indent=1, default="{:%Y-%m-%dT%H:%M:%S.%fZ}".format)
                (folder / FINGERPRINT_FILE).write_text(text + "\n", encoding="utf-8")
            for name in tables:
                shutil.move(whole / f"{name}.parquet", folder)
    except OSError as error:
        raise Problem(f"{out} cannot be written, {error.strerror or error}") from None
    except duckdb.Error as error:  # e.g. a full disk, or values of another type
        raise Problem(f"nothing was exported to {out}: {str(error).splitlines()[0]}") from None
    print(f"{out}: {', '.join(f'{name}.parquet' for name in tables)}")
    version = fingerprint["code_version"]
    if version == "unknown" or version.endswith("-dirty"):
        print(
            f"warning: the code version is {version}: nobody can tell later what built this data. "
            "Build from a clean clone, or set STEDI_CODE_VERSION, then export again",
            file=sys.stderr,
        )


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser("export_research.py", __doc__)
    add = options.add_argument
    said = f"folder to make; must be absent or empty (default: {DEFAULT_OUT} of the project)"
    add("--out", metavar="DIR", type=Path, help=said)
    add("--overwrite", action="store_true", help="replace DIR if it is an earlier export")
    said = "only publishable_reading_pairs and its card; checked against the whole set"
    add("--publishable-only", action="store_true", help=said)
    add_options(options)
    return run(options, export, argv, interrupted="interrupted: nothing was exported")


if __name__ == "__main__":
    sys.exit(main())
