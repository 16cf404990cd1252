"""Writes the tables of the research zone to files, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import starmap
from pathlib import Path
from typing import Any

from lakehouse_reader import Problem
from lakehouse_reader.engine import Engine

from .contract import DECIMALS, FINGERPRINT, ROUNDED, ExportedTable

Fingerprint = Mapping[str, Any]


def check_columns(engine: Engine, table: ExportedTable) -> None:
    """Check that a table has the columns of the contract and no other. Raises Problem."""
    columns = engine.columns(engine.table("research", table.name))
    if columns != list(table.columns):
        strange = [name for name in columns if name not in table.columns]
        missing = [name for name in table.columns if name not in columns]
        said = [f"{name} is new" for name in strange] + [f"{name} is missing" for name in missing]
        raise Problem(
            f"{table.name} is not as research_export/contract.py declares it: "
            f"{', '.join(said) or 'its columns are in another order'}. Nothing was exported"
        )


def read_fingerprint(engine: Engine) -> Fingerprint:
    """Return the one row of dataset_fingerprint. Raises Problem."""
    check_columns(engine, FINGERPRINT)
    names = ", ".join(FINGERPRINT.columns)
    rows = list(engine.rows(f"select {names} from {engine.table('research', FINGERPRINT.name)}"))
    if len(rows) != 1:
        raise Problem(f"{FINGERPRINT.name} has {len(rows)} rows instead of one: build again")
    return dict(zip(FINGERPRINT.columns, rows[0], strict=True))


def write_fingerprint(fingerprint: Fingerprint, file: Path) -> None:
    """Write the row as JSON; moments in ISO 8601."""
    row = {
        name: value.isoformat(timespec="microseconds") + "Z"
        if isinstance(value, datetime)
        else value
        for name, value in fingerprint.items()
    }
    file.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


def as_exported(name: str, kind: str) -> str:
    """Return SQL for a column as it goes out."""
    if name in ROUNDED:  # + 0, as what rounds to zero has no sign
        return f"round({name}, {DECIMALS}) + 0 as {name}"
    return f"cast({name} as {kind}) as {name}"


def write_table(engine: Engine, table: ExportedTable, folder: Path, scratch: Path) -> None:
    """Write a table, sorted by its key, as Parquet into the folder. Raises Problem."""
    check_columns(engine, table)
    source = engine.relation(engine.table("research", table.name), table.columns, scratch)
    columns = ", ".join(starmap(as_exported, table.columns.items()))
    path = str(folder / table.file).replace("'", "''")
    connection = engine.connection
    # The tables' times are UTC. With one thread rows are cut into the same groups each time, and
    # from a table of its own they are encoded alike, whatever they were read from.
    connection.execute("set TimeZone = 'UTC'; set threads = 1; set preserve_insertion_order = true")
    connection.execute(
        f"create or replace temp table exported as "
        f"select {columns} from ({source}) order by {', '.join(table.key)}"
    )
    connection.execute(f"copy exported to '{path}' (format parquet, compression zstd)")
    connection.execute("drop table exported")
