"""Proves, from the written files alone, that they are the data set that the fingerprint names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from lakehouse_reader import Problem

from .contract import PAIRS, PUBLISHABLE, READINGS, ExportedTable
from .tables import Fingerprint

# As models/research/dataset_fingerprint.sql defines it, on the columns of the file.
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
CONTENTS = {"content_sha256": "pairs", "publishable_sha256": "publishable"}
EXTENT_NAMES = ("row_count", "subject_count", "first_captured_at", "last_captured_at")
EXTENT = """
select
    count(*), count(distinct subject_key),
    min(captured_at at time zone 'UTC'), max(captured_at at time zone 'UTC')
from {pairs}
"""
# What is wrong, and the query that counts it.
MISTAKES = {
    "keys in reading_pairs that are no pseudonyms": """
        select count(*) from {pairs}
        where not regexp_full_match(subject_key, '[0-9a-f]{{64}}')
        or not regexp_full_match(device_key, '[0-9a-f]{{64}}')
    """,
    "people in more than one split": """
        select count(*) from (
            select 1 from {pairs} group by subject_key having count(distinct split) > 1
        )
    """,
    "rows that differ between readings and the sums of reading_pairs": """
        with summed as (
            select device_key, captured_at, distancefromobject, subject_key,
            cast(count(*) as integer) as vector_count, split
            from {pairs} group by all
        ),
        written as (
            select device_key, captured_at, distancefromobject, subject_key, vector_count, split
            from {readings}
        )
        select count(*) from (
            (from summed except all from written) union all (from written except all from summed)
        )
    """,
    "publishable rows that are not in reading_pairs": """
        select count(*) from (
            select * exclude (vector_number) from {publishable}
            except all select * exclude (vector_number) from {pairs}
        )
    """,
}


def check_files(folder: Path, fingerprint: Fingerprint) -> None:
    """Compare the written tables with the fingerprint and with each other. Raises Problem."""
    names = {
        "pairs": as_relation(folder, PAIRS),
        "readings": as_relation(folder, READINGS),
        "publishable": as_relation(folder, PUBLISHABLE),
    }
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        extent = connection.execute(EXTENT.format(**names)).fetchone()
        contents = {
            name: connection.execute(CONTENT_SHA256.format(rows=names[rows])).fetchone()[0]
            for name, rows in CONTENTS.items()
        }
        counts = {
            what: connection.execute(query.format(**names)).fetchone()[0]
            for what, query in MISTAKES.items()
        }
    found = dict(zip(EXTENT_NAMES, extent, strict=True)) | contents
    for name, value in found.items():
        if value != fingerprint[name]:
            raise mismatch(f"{name} of the files is {value}, the fingerprint's {fingerprint[name]}")
    for what, count in counts.items():
        if count:
            raise mismatch(f"{count:,} {what}")


def mismatch(what: str) -> Problem:
    """Say that the files cannot be trusted."""
    return Problem(
        f"the tables do not fit together: {what}. Another build may be running: "
        "wait for its end, then export again. Nothing was exported"
    )


def as_relation(folder: Path, table: ExportedTable) -> str:
    """Return a written table as DuckDB reads it."""
    path = str(folder / table.file).replace("'", "''")
    return f"read_parquet('{path}')"


def count_rows(folder: Path, table: ExportedTable) -> dict[str, Any]:
    """Rows and people of a written table, and its rows by split."""
    relation = as_relation(folder, table)
    with duckdb.connect() as connection:
        rows, people = connection.execute(
            f"select count(*), count(distinct subject_key) from {relation}"
        ).fetchone()
        splits = connection.execute(
            f"select split, count(*), count(distinct subject_key) from {relation} group by split"
        ).fetchall()
    return {"rows": rows, "people": people, "splits": {row[0]: row[1:] for row in splits}}
