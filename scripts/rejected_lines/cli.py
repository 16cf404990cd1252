"""The command line: arguments, what is said on stderr, exit codes."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from lakehouse_reader import Problem
from lakehouse_reader.engine import add_options, open_engine
from lakehouse_reader.settings import PROJECT, Settings

from .landing import Opener, folder_opener
from .matching import FEEDS, RejectedFile, RejectedLine, find_lines, rejected_files

INTERRUPTED = 130
PIPE_CLOSED = 141
MOST_LINES = 100  # a few screens; all of a garbled delivery would bury them
WIDEST = 400  # characters of a line that are shown, as much as the longest usual record has
# Unicode categories that would move the cursor or command a terminal.
HIDDEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")

WARNING = (
    "These lines are personal data as it was delivered. Keep them out of tickets, chats and logs."
)
DESCRIPTION = """\
Shows the landing lines that the last build has rejected, unreadable ones too, one on a line:
file:line number, reasons and the line itself, with tabs between. They are personal data.
"""
EPILOG = f"""\
examples:
  show_rejected.py --feed customer
  show_rejected.py --reason missing_email --reason invalid_email
  show_rejected.py --file customer-00001.json --limit 0 --full > /a/safe/place

What a terminal would obey or cannot show is escaped: \\x1b, \\ufeff, and bytes that are not UTF-8.
Lines are cut at {WIDEST} characters. The files are looked for below STEDI_LANDING, which must be
the root that was built.
exit codes: 0 shown (or nothing is rejected), 1 a file is missing or has changed since the build,
or the tables cannot be read, 2 an option or setting is wrong, {INTERRUPTED} interrupted,
{PIPE_CLOSED} the reader of the result has gone (as with | head)
"""


def _limit(text: str) -> int:
    """Convert an argument to a whole number, 0 and above."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 for all, not {text!r}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(
        prog="show_rejected.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    which = result.add_argument_group("which lines")
    which.add_argument("--feed", choices=FEEDS, help="of one feed only")
    which.add_argument(
        "--reason",
        metavar="REASON",
        action="append",
        default=[],
        help="with this reason, e.g. missing_email; may be given again for another",
    )
    which.add_argument(
        "--file",
        metavar="FILE",
        help="of one file: its path below the landing root, or the end of it",
    )
    which.add_argument(
        "--limit",
        metavar="N",
        type=_limit,
        default=MOST_LINES,
        help="not more than so many; 0 shows all (default: %(default)s)",
    )
    result.add_argument("--full", action="store_true", help="do not cut long lines")
    add_options(result)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = parser().parse_args(argv)
    os.chdir(PROJECT)  # the landing views know their files by paths from here
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print(WARNING, file=sys.stderr, flush=True)
        show(arguments, Settings.from_environment())
        sys.stdout.flush()
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    finally:
        signal.signal(signal.SIGTERM, previous)
    return 0


def show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the lines, then how many there are. Raises Problem, BrokenPipeError."""
    engine = open_engine(arguments, settings)
    open_file = opener(arguments, settings)
    rejected = list(rejected_files(engine))
    reasons = frozenset(arguments.reason)
    files = [file for file in rejected if is_wanted(file, arguments) and file.count(reasons)]
    lines = find_lines(engine, open_file, files, reasons)
    shown = 0
    for line in islice(lines, arguments.limit or None):
        sys.stdout.write("\t".join(render(line, arguments.full)) + "\n")
        shown += 1
    sys.stdout.flush()
    total = sum(file.count(reasons) for file in files)
    more = "" if shown == total else f"; the first {shown:,} are shown (--limit 0 shows all)"
    if rejected and not files:
        everything = sum(file.count(frozenset()) for file in rejected)
        print(f"none of {in_words(everything)} of {engine.name} is as asked for", file=sys.stderr)
        return
    print(f"{in_words(total)} in {len(files):,} files of {engine.name}{more}", file=sys.stderr)


def opener(arguments: argparse.Namespace, settings: Settings) -> Opener:
    """Return what opens landing files where the engine has read them. Raises Problem."""
    if arguments.target == "athena":
        from .s3 import s3_opener  # boto3 takes its time to load

        return s3_opener(settings.landing, arguments)
    return folder_opener(settings.landing)


def is_wanted(file: RejectedFile, arguments: argparse.Namespace) -> bool:
    """Whether the options ask for a file."""
    name = arguments.file
    return arguments.feed in (None, file.feed) and (
        name is None or f"/{file.path}".endswith("/" + name.lstrip("/"))
    )


def render(line: RejectedLine, is_full: bool) -> Iterator[str]:
    """Yield where a line stands, why it was rejected and what it says."""
    yield f"{printable(line.path)}:{line.number}"
    yield line.reasons
    text = line.line.decode("utf-8", "backslashreplace")
    if is_full or len(text) <= WIDEST:
        yield printable(text)
    else:
        yield f"{printable(text[:WIDEST])}… ({len(line.line):,} bytes)"


def printable(text: str) -> str:
    r"""Escape what a terminal would obey or cannot show, e.g. a tab as \t."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if unicodedata.category(character) not in HIDDEN
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def in_words(count: int) -> str:
    """Return a number of rejected lines in words."""
    if not count:
        return "no rejected line"
    return "1 rejected line" if count == 1 else f"{count:,} rejected lines"
