"""The command line of the query: arguments, settings, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import interrupts, output, pipes
from .command import run
from .execution import Patience
from .session import Problem

MOST_ROWS = 100  # of a table: a few screens; more are for a file
PRICE_PER_TB = 5.0  # USD, in most regions

DESCRIPTION = """\
Runs one SQL statement in Athena and shows its result; then, on stderr, the rows, the bytes scanned
and about what they cost.
"""
EPILOG = """\
examples:
  query.py "select * from stedi_curated.customers_curated limit 5"
  query.py --file report.sql --output report.csv
  echo "show tables in stedi_curated" | query.py -

A table is named with its schema (STEDI_SCHEMA is the prefix of several), or --database is given.
In a table NULL is NULL and an empty text is nothing; in CSV NULL is nothing, an empty text is "".
Bytes are priced by Athena's list: at least 10 MB a query, DDL and failed queries free, 1 TB = 2^40.
AWS_ENDPOINT_URL leads the script to another Athena, e.g. a local one.
exit codes: 0 done, 1 the query failed or AWS refused, 2 an option or setting is missing or wrong,
130 interrupted (the query is cancelled), 141 the reader of the result has gone (as with | head)
"""


def _whole(text: str) -> int:
    """Convert an argument to a whole number above 0."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not {text!r}")
    return int(text)


def _price(text: str) -> float:
    """Convert an argument to a price."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be an amount of US dollars, not {text!r}")
    return value


def _s3_url(text: str) -> str:
    """Check that an argument or variable is a place on S3."""
    if not text.startswith("s3://") or text == "s3://":
        raise argparse.ArgumentTypeError(f"must be s3://bucket/prefix/, not {text!r}")
    return text


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; an empty variable counts as unset."""
    result = argparse.ArgumentParser(
        prog="query.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument(
        "sql", metavar="SQL", nargs="?", help="the statement; - reads it from stdin"
    )
    result.add_argument("--file", metavar="FILE", type=Path, help="read the statement from a file")
    where = result.add_argument_group("where it runs")
    where.add_argument(
        "--work-group",
        metavar="NAME",
        default=os.environ.get("STEDI_WORK_GROUP") or "primary",
        help="workgroup (default: STEDI_WORK_GROUP, else primary)",
    )
    where.add_argument(
        "--output-location",
        metavar="S3_URL",
        type=_s3_url,
        default=os.environ.get("STEDI_ATHENA_RESULTS") or None,
        help="where Athena keeps results (default: STEDI_ATHENA_RESULTS, else the workgroup's)",
    )
    where.add_argument("--database", metavar="NAME", help="of tables named without a schema")
    where.add_argument("--region", metavar="NAME", help="AWS region (default: AWS_REGION)")
    where.add_argument("--profile", metavar="NAME", help="AWS profile (default: AWS_PROFILE)")
    shape = result.add_argument_group("what comes out")
    shape.add_argument(
        "--format",
        choices=("table", "csv"),
        help="table, or csv with all rows (default: table; with --output csv)",
    )
    shape.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="write the result to a file, which appears or changes when it is complete",
    )
    shape.add_argument(
        "--max-rows",
        metavar="N",
        type=_whole,
        default=MOST_ROWS,
        help="rows of a table (default: %(default)s)",
    )
    shape.add_argument(
        "--wide",
        action="store_true",
        help=f"do not cut the values of a table that are wider than {output.WIDEST}",
    )
    shape.add_argument(
        "--price-per-tb",
        metavar="USD",
        type=_price,
        default=PRICE_PER_TB,
        help="what Athena's price list says for your region (default: %(default)s)",
    )
    return result


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; exits with 2 where it is wrong."""
    command = parser()
    arguments = command.parse_args(argv)
    if (arguments.sql is None) == (arguments.file is None):
        command.error("give the SQL once: as an argument, with --file, or - for stdin")
    arguments.format = arguments.format or ("csv" if arguments.output else "table")
    return arguments


def main(argv: Sequence[str] | None = None, patience: Patience | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = parse_arguments(argv)
    try:
        with interrupts.kill_is_interrupt():
            return run(arguments, patience or Patience())
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:  # what became of the query has been said
        return interrupts.EXIT_CODE
    except BrokenPipeError:  # nobody reads stderr either, as with 2>&1 | head
        pipes.mute(sys.stdout, sys.stderr)
        return pipes.EXIT_CODE
