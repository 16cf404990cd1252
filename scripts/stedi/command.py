"""What all command lines share: exit codes, options for AWS, files that appear whole."""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import signal
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

PROJECT = Path(__file__).resolve().parents[2]


class Problem(Exception):
    """What the user reads: what is wrong, and the remedy."""

    exit_code = 1


class SettingProblem(Problem):
    """An option or variable is missing or wrong."""

    exit_code = 2


def parser(name: str, text: str) -> argparse.ArgumentParser:
    """Return a parser that takes no abbreviated options.

    `text` is a script's docstring: its first paragraph is above the options in --help, the
    others below them.
    """
    description, _, epilog = text.partition("\n\n")
    return argparse.ArgumentParser(
        prog=name,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_aws_options(options: argparse.ArgumentParser, with_athena: bool = True) -> None:
    """Add region and profile, for Athena also workgroup and results; empty variables are unset."""
    add = options.add_argument_group("AWS").add_argument
    add("--region", metavar="NAME", help="default: AWS_REGION, else the profile's")
    add("--profile", metavar="NAME", help="default: AWS_PROFILE")
    if with_athena:
        group = os.environ.get("STEDI_WORK_GROUP") or "primary"
        add("--work-group", metavar="NAME", default=group, help="default: STEDI_WORK_GROUP")
        results = os.environ.get("STEDI_ATHENA_RESULTS") or ""
        said = "s3://… for results; default: STEDI_ATHENA_RESULTS, else the workgroup's"
        add("--output-location", metavar="S3_URL", default=results, help=said)


def width() -> int:
    """Return how many characters a line may have: as many as the terminal's, else 100."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, 40), 120)


def whole(text: str) -> int:
    """Convert an argument to a whole number, 0 and above, of at most 18 digits."""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")
    return int(text)


def run(
    options: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int | None],
    argv: Sequence[str] | None = None,
    interrupted: str = "interrupted",
) -> int:
    """Parse the command line and do the work; return the exit code, and say on stderr what failed.

    The work's own code (None: 0), a Problem's, 130 after Ctrl-C, a kill or a hangup, 141 if
    the reader of stdout has gone, as with `| head`. A wrong command line exits with 2.
    """
    arguments = options.parse_args(argv)
    # A signal that is ignored stays so, as with nohup.
    ends = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    caught = [number for number in ends if signal.getsignal(number) == signal.SIG_DFL]
    for number in caught:
        signal.signal(number, signal.default_int_handler)
    try:
        if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may not know every character
            sys.stdout.reconfigure(errors="backslashreplace")
        code = work(arguments) or 0
        sys.stdout.flush()
        return code
    except Problem as problem:
        print(f"{options.prog}: error: {problem}", file=sys.stderr)
        return problem.exit_code
    except (KeyboardInterrupt, RuntimeError) as error:
        # DuckDB turns what a signal raises during a query into a RuntimeError.
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        print(f"\n{options.prog}: {interrupted}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # Python would complain when it flushes them at its end
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return 141
    except OSError as error:
        place = f"{printable(str(error.filename))}: " if error.filename else ""
        print(f"{options.prog}: error: {place}{error.strerror or error}", file=sys.stderr)
        return 1
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


def printable(text: str) -> str:
    r"""Escape what a terminal would obey or cannot show, e.g. a tab as \t."""
    hidden = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in hidden
        else character
        for character in text
    )


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Give a UTF-8 text file that replaces `path` if the block succeeds, and is removed otherwise.

    Raises Problem if it cannot be written there.
    """
    path = path.resolve()  # a link stays a link
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():
            raise FileExistsError(0, "it is not a regular file")
        with part.open("x", encoding="utf-8", newline="", errors="backslashreplace") as sink:
            yield sink
        part.replace(path)
    except OSError as error:
        raise Problem(f"{path} cannot be written, {error.strerror}: name another file") from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def replacing_folder(
    out: Path, check: Callable[[Path | None], bool | None], mode: int = 0o777
) -> Iterator[Path]:
    """Give an empty folder that replaces `out` if the block succeeds, and is removed otherwise.

    `check` raises if `out` may not be replaced; it is asked before the block, and again after it
    with the new folder, where True leaves `out` as it is. A killed process may leave the old and
    the new one in .NAME.partial-… beside `out`. Raises OSError.
    """
    check(None)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{out.name}.partial-", dir=out.parent, ignore_cleanup_errors=True
    ) as work:
        folder, old = Path(work, "new"), Path(work, "old")
        folder.mkdir(mode)
        yield folder
        if check(folder):
            return
        try:
            if out.exists():
                out.rename(old)
            folder.rename(out)
        except BaseException:
            if old.exists():
                old.rename(out)
            raise
