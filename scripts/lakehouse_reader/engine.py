"""What a script asks of an engine, and how its command line chooses one."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import duckdb

from .local import Local
from .settings import Settings

TARGETS = ("local", "athena")


class Engine(Protocol):
    """Tables of the lakehouse, read only.

    `name` says which lakehouse it is. `connection` is a DuckDB that can read what `relation`
    returns. `ends_lines_at_cr` and `drops_byte_order_mark` say how the engine's reader of landing
    files differs from DuckDB's.
    """

    name: str
    connection: duckdb.DuckDBPyConnection
    ends_lines_at_cr: bool
    drops_byte_order_mark: bool

    def table(self, zone: str, name: str) -> str:
        """Return a table as SQL."""

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns, in their order. Raises Problem."""

    def rows(self, sql: str) -> Iterator[tuple]:
        """Yield the rows of a query as Python values. Raises Problem."""

    def sha256(self, text: str) -> str:
        """Return SQL for the SHA-256 of a text in hexadecimal digits."""

    def relation(self, table: str, columns: Mapping[str, str], folder: Path) -> str:
        """Return a query for `connection` that gives a table's columns, of these DuckDB types.

        An engine elsewhere puts a copy into the folder. Raises Problem.
        """


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose an engine; an empty variable counts as unset."""
    where = parser.add_argument_group("where the tables are")
    where.add_argument(
        "--target", choices=TARGETS, default="local", help="the build's target (default: local)"
    )
    athena = parser.add_argument_group("with --target athena")
    athena.add_argument(
        "--work-group",
        metavar="NAME",
        default=os.environ.get("STEDI_WORK_GROUP") or "primary",
        help="workgroup (default: STEDI_WORK_GROUP, else primary)",
    )
    athena.add_argument(
        "--output-location",
        metavar="S3_URL",
        default=os.environ.get("STEDI_ATHENA_RESULTS") or None,
        help="where Athena keeps results (default: STEDI_ATHENA_RESULTS, else the workgroup's)",
    )
    athena.add_argument("--region", metavar="NAME", help="AWS region (default: AWS_REGION)")
    athena.add_argument("--profile", metavar="NAME", help="AWS profile (default: AWS_PROFILE)")


def open_engine(arguments: argparse.Namespace, settings: Settings) -> Engine:
    """Open the engine that the options choose. Raises Problem."""
    if arguments.target == "athena":
        from .athena import Athena  # boto3 takes longer to load than the local engine to answer

        return Athena(arguments, settings.schema)
    return Local(settings.database, settings.schema)
