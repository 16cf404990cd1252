"""Checks that dbt will be able to write the DuckDB file, because dbt's own message names no remedy.

The file is STEDI_DUCKDB (default data/stedi.duckdb); one that is not there yet is fine.
Exit codes: 0 it can be written, 1 it cannot; the last line on stderr says what to do.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
REMEDY = "or name another file: STEDI_DUCKDB=data/other.duckdb"


def find_obstacle(database: Path) -> str | None:
    """Say why dbt cannot write the database, and what to do about it; None if it can."""
    if not database.parent.is_dir():
        return f"STEDI_DUCKDB is {database}: there is no folder {database.parent}. Make it first."
    if not database.exists():
        return None
    try:
        duckdb.connect(str(database)).close()
    except duckdb.Error as error:
        return explain(database, str(error))
    return None


def explain(database: Path, message: str) -> str:
    """Turn DuckDB's refusal to open a file into what to do."""
    if "Could not set lock" in message:
        holder = re.search(r"lock is held in (.+?) \(PID (\d+)\)", message)
        who = f" ({holder[1]}, process {holder[2]})" if holder else ""
        return f"{database} is open in another program{who}. Close it there, {REMEDY}"
    return f"{message}\n{database} cannot be written. Move it away, {REMEDY}"


def main() -> int:
    """Check the file; return the exit code."""
    os.chdir(PROJECT)
    obstacle = find_obstacle(Path(os.environ.get("STEDI_DUCKDB") or "data/stedi.duckdb"))
    if obstacle:
        print(obstacle, file=sys.stderr)
    return 1 if obstacle else 0


if __name__ == "__main__":
    sys.exit(main())
