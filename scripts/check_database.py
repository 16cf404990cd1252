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


def find_obstacle(database: Path, schema: str = "stedi") -> str | None:
    """Say why dbt cannot write the database, and what to do about it; None if it can.

    `schema` is the prefix of the schemas.
    """
    if not can_be_named(database, schema):
        return (
            f"STEDI_DUCKDB is {database}: DuckDB and dbt cannot name tables in such a file. Name "
            "another one, of letters, digits, _ and -, not temp, main or system, nor as a schema: "
            "STEDI_DUCKDB=data/other.duckdb"
        )
    if not database.parent.is_dir():
        return f"STEDI_DUCKDB is {database}: there is no folder {database.parent}. Make it first."
    if not database.exists():
        return None
    try:
        duckdb.connect(str(database)).close()
    except duckdb.Error as error:
        return explain(database, str(error))
    return None


def can_be_named(database: Path, schema: str) -> bool:
    """Whether DuckDB and dbt take a file's name for its catalog and for nothing else.

    The rules are those of macros/cross_db/check_database.sql, where they are explained.
    """
    project = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    zones = {*re.findall(r"\+schema: (\w+)", project), "landing", "secret"}
    taken = {"temp", "main", "system", "information_schema", "pg_catalog"}
    taken |= {f"{schema}_{zone}".lower() for zone in zones}
    catalog = database.name.lstrip(".").split(".")[0].lower()
    is_plain = re.fullmatch(r"[.]?\w[\w .-]*", database.name) and not re.search(
        "[?#]", str(database)
    )
    return bool(is_plain) and catalog not in taken


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
    settings = Settings.from_environment()
    obstacle = find_obstacle(settings.database, settings.schema)
    if obstacle:
        raise Problem(obstacle)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(command.parser("check_database.py", __doc__), check, argv)


if __name__ == "__main__":
    sys.exit(main())
