"""The command line of the export: arguments, steps, exit codes."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lakehouse_reader import Problem
from lakehouse_reader.engine import Engine, add_options, open_engine
from lakehouse_reader.settings import PROJECT, Settings

from .card import write_card
from .checks import check_files
from .contract import CARD_FILE, DECIMALS, FINGERPRINT_FILE, PUBLISHABLE, TABLES
from .folder import replacing
from .tables import read_fingerprint, write_fingerprint, write_table

INTERRUPTED = 130
DEFAULT_OUT = "data/export"
CARD = PROJECT / "docs/data_card.md"

DESCRIPTION = """\
Exports the research zone into a new folder: reading_pairs, readings and publishable_reading_pairs
as Parquet, each sorted by its key, fingerprint.json, which names the data set, and data_card.md.
The same tables give the same files, from DuckDB as from Athena. The folder appears when the files
have been read back and found to be what the fingerprint says.
"""
EPILOG = f"""\
examples:
  export_research.py
      from the DuckDB file to {DEFAULT_OUT}
  export_research.py --target athena --out /safe/place/stedi
      through queries in Athena
  export_research.py --publishable-only --out stedi-sample
      only what its people share with the public, and the card

What is exported is pseudonymous, not anonymous: keep it as safe as the tables. Only you can read
the folder. Times are moments in UTC; derived numbers are rounded to {DECIMALS} decimals.
exit codes: 0 exported, 1 the tables cannot be read or do not fit together, 2 an option or setting
is wrong, {INTERRUPTED} interrupted (nothing is left)
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(
        prog="export_research.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help=f"folder to make; must be absent or empty (default: {DEFAULT_OUT} of the project)",
    )
    result.add_argument(
        "--overwrite", action="store_true", help="replace DIR if it is an earlier export"
    )
    result.add_argument(
        "--publishable-only",
        action="store_true",
        help="only publishable_reading_pairs and its card; checked against the whole set",
    )
    add_options(result)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = parser().parse_args(argv)
    out = arguments.out.absolute() if arguments.out else PROJECT / DEFAULT_OUT
    os.chdir(PROJECT)
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        engine = open_engine(arguments, Settings.from_environment())
        with replacing(out, arguments.overwrite) as folder:
            rows = export(engine, folder, arguments.publishable_only)
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    except OSError as error:
        print(f"error: {out} cannot be written, {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing was exported", file=sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, previous)
    print(f"{out}: {rows}")
    return 0


def export(engine: Engine, folder: Path, publishable_only: bool) -> str:
    """Write and check the files; return what there is, in words. Raises Problem, OSError."""
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=folder) as scratch:
        # The whole set is written in any case: what is publishable is checked against it.
        whole = Path(scratch)
        fingerprint = read_fingerprint(engine)
        for table in TABLES:
            write_table(engine, table, whole, whole)
        check_files(whole, fingerprint)
        tables = (PUBLISHABLE,) if publishable_only else TABLES
        for table in tables:
            shutil.move(whole / table.file, folder / table.file)
    if not publishable_only:
        write_fingerprint(fingerprint, folder / FINGERPRINT_FILE)
    write_card(CARD, folder, tables, fingerprint, folder / CARD_FILE)
    return ", ".join(table.file for table in tables)
