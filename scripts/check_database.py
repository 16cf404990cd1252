"""Checks that dbt will be able to write the DuckDB file, because dbt's own message names no remedy.

The file is STEDI_DUCKDB (default data/stedi.duckdb); one that is not there yet is fine.
exit codes: 0 it can be written, 1 it cannot; the last line on stderr says what to do
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from stedi import command
from stedi.command import PROJECT, Problem
from stedi.settings import Settings

import duckdb

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


def check(_arguments: argparse.Namespace) -> None:
    """Check the file that the variables name. Raises Problem."""
    os.chdir(PROJECT)
    obstacle = find_obstacle(Settings.from_environment().database)
    if obstacle:
        raise Problem(obstacle)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(command.parser("check_database.py", __doc__), check, argv)


if __name__ == "__main__":
    sys.exit(main())
