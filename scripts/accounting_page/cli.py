"""The command line: arguments, the file, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lakehouse_reader import Problem
from lakehouse_reader.engine import add_options, open_engine
from lakehouse_reader.settings import PROJECT, Settings

from .counts import read_accounting
from .page import render_page

FILE = "accounting.html"

DESCRIPTION = """\
Draws where every landing line went: one HTML page that needs no network, with counts only.
"""
EPILOG = """\
exit codes: 0 drawn, 1 the tables cannot be read or the file cannot be written, 2 an option or
setting is wrong
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(
        prog="draw_accounting.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help=f"the page (default: {FILE} in DBT_TARGET_PATH, else in target)",
    )
    add_options(result)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Draw the page and print its path; return the exit code."""
    arguments = parser().parse_args(argv)
    out = arguments.out and arguments.out.absolute()
    os.chdir(PROJECT)
    settings = Settings.from_environment()
    file = out or settings.target / FILE
    try:
        page = render_page(read_accounting(open_engine(arguments, settings)))
        write(file, page)
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    except OSError as error:
        print(f"error: {file} cannot be written, {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"The accounting page: {file}")
    return 0


def write(file: Path, page: str) -> None:
    """Write the page, which appears or changes when it is complete. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
