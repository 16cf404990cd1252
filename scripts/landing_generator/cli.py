"""The command line of the generator: arguments, messages, exit codes."""

import argparse
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from stedi import command
from stedi.command import Problem, SettingProblem

from . import layout, output, people
from .landing import Generator, Options

DEFAULT_CUSTOMERS = 956
DEFAULT_SEED = 0
DEFAULT_OUT = Path("data/landing")
DEFAULT_DIRT = "0.02"
DEFAULT_DAYS = 7
MOST_DAYS = 366

TEXT = """\
Generates STEDI landing data: customer, accelerometer and step_trainer records as JSON lines, of
people who do not exist. The same arguments give the same bytes on every machine. Every full 956
customers count exactly to the published figures (956 / 81,273 / 28,680 landing rows), whatever
the seed; a larger N continues in time, 44.5 minutes for each 956 customers.

examples:
  generate_landing.py
      the default: 956 customers below data/landing
  generate_landing.py --customers 95600 --seed 7 --out big
      a hundred times as much, other people
  generate_landing.py --overwrite --seed 7
      make the default folder again, with other people
  generate_landing.py --out dirty --dirt 0.05 --huge-lines
      one dirty line for each 20 clean ones, and lines of nearly 16 MiB
  generate_landing.py --out arriving --arrival --days 10 --late-files 5
      folders landing/ingest_date=YYYY-MM-DD, five files of which were late
  generate_landing.py --out history --versions 0.2
      a fifth of the customers withdrew, consented again or changed the device
  generate_landing.py --out defect --shared-serials 30
      all devices carry one of only 30 serial numbers

The folder gets a file _generated.json with the options, the files, the rows that a reader must
see and the reasons for which it must reject some. The folder appears only when everything is
written; a run that is killed hard may leave a folder .DIR.partial-* beside it, to be
deleted once DIR is there.
exit codes: 0 written, 1 it cannot be written, 2 wrong arguments, 130 interrupted
"""


def _whole(low: int, high: int) -> Callable[[str], int]:
    """Return a converter of arguments to whole numbers from low to high."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {low} to {high}, not {text!r}"
            )
        return value

    return convert


def _share(text: str) -> Fraction:
    """Convert an argument to a share above 0 and up to 1, exactly as written."""
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(
            f"must be a number above 0 and up to 1, like 0.02, not {text!r}"
        )
    return value


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("generate_landing.py", TEXT)
    add = result.add_argument
    add(
        "--customers",
        metavar="N",
        type=_whole(1, people.MAX_PEOPLE),
        default=DEFAULT_CUSTOMERS,
        help=f"how many customers, at most {people.MAX_PEOPLE} (default: %(default)s)",
    )
    add(
        "--seed",
        metavar="S",
        type=_whole(0, (1 << 63) - 1),
        default=DEFAULT_SEED,
        help="which people, times and measurements (default: %(default)s)",
    )
    add(
        "--out",
        metavar="DIR",
        type=Path,
        default=DEFAULT_OUT,
        help="landing root to make; must be absent, empty or generated (default: %(default)s)",
    )
    add(
        "--overwrite",
        action="store_true",
        help="replace DIR if it holds nothing but what this generator made",
    )
    dirty = result.add_argument_group("dirt: lines and files that a reader must cope with")
    dirty.add_argument(
        "--dirt",
        metavar="SHARE",
        type=_share,
        nargs="?",
        const=DEFAULT_DIRT,
        help="add dirty lines, this share of the clean ones but at least one of every kind, and "
        f"odd files; clean lines stay as they are (SHARE if left out: {DEFAULT_DIRT})",
    )
    dirty.add_argument(
        "--huge-lines",
        action="store_true",
        help="with --dirt: also one line of nearly 16 MiB a feed",
    )
    arrival = result.add_argument_group("arrival: one folder for each day")
    arrival.add_argument(
        "--arrival",
        action="store_true",
        help="write landing/ingest_date=YYYY-MM-DD/ folders, from 2022-06-18 on",
    )
    arrival.add_argument(
        "--days",
        metavar="D",
        type=_whole(1, MOST_DAYS),
        help=f"with --arrival: how many days (default: {DEFAULT_DAYS})",
    )
    arrival.add_argument(
        "--late-files",
        metavar="K",
        type=_whole(1, people.MAX_PEOPLE),
        default=0,
        help="with --arrival: put what K customers have in one feed into files of their own, "
        f"<feed>-late-<number>.json, in days before the newest {layout.NEWEST_DAYS}; "
        "_generated.json lists them, so that a test can hold them back and add them later",
    )
    history = result.add_argument_group("history: what customers changed")
    history.add_argument(
        "--versions",
        metavar="SHARE",
        type=_share,
        help="give this share of the customers later records: withdrawn, consented again, "
        "backdated, another device; in any order in the files",
    )
    history.add_argument(
        "--shared-serials",
        metavar="K",
        type=_whole(1, people.MAX_PEOPLE),
        help="let all customers share K serial numbers, used over and over",
    )
    return result


def options(arguments: argparse.Namespace) -> Options:
    """Return the options of parsed arguments. Raises SettingProblem when they do not fit."""
    if arguments.huge_lines and not arguments.dirt:
        raise SettingProblem("--huge-lines needs --dirt")
    if not arguments.arrival and (arguments.days or arguments.late_files):
        raise SettingProblem("--days and --late-files need --arrival")
    days = (arguments.days or DEFAULT_DAYS) if arguments.arrival else None
    old = layout.old_customers(arguments.customers, days)
    if arguments.late_files and not old:
        raise SettingProblem(
            f"--late-files needs --days {layout.NEWEST_DAYS + 1} or more, not {days}"
        )
    if arguments.late_files > old:
        raise SettingProblem(f"--late-files must be at most {old} for these customers and days")
    return Options(
        customers=arguments.customers,
        seed=arguments.seed,
        dirt=arguments.dirt,
        huge_lines=arguments.huge_lines,
        days=days,
        late_files=arguments.late_files,
        versions=arguments.versions,
        shared_serials=arguments.shared_serials,
    )


def generate(arguments: argparse.Namespace) -> None:
    """Write the landing data and say what was written. Raises Problem."""
    out, chosen = arguments.out, options(arguments)
    try:
        with output.replacing(out, arguments.overwrite) as root:
            generator = Generator(chosen, root)
            generator.run()
    except OSError as error:
        raise Problem(f"{out} cannot be written, {error.strerror or error}") from None
    rows = ", ".join(f"{feed} {count:,}" for feed, count in generator.rows.items())
    print(f"{out}: {len(generator.files)} files; rows: {rows}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    return command.run(parser(), generate, argv, "interrupted, nothing half-written is left")
