"""The command line of the upload: arguments, messages, exit codes."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from athena_query import interrupts, pipes
from athena_query.session import Problem, connect

from .crew import WORKERS
from .destination import Address, list_destination, parse_address
from .plan import Plan, check_layouts, make_plan
from .rules import FEEDS
from .source import SourceFile, list_source
from .transfer import Sender

MOST_NAMES = 10  # of files that a message lists; the others are counted

DESCRIPTION = f"""\
Copies a landing root to S3, where a build on Athena reads it: the files that a build reads, and no
others. The feeds are {", ".join(FEEDS)}.
"""
EPILOG = """\
examples:
  upload_landing.py data/landing s3://your-landing-bucket/stedi --dry-run
  upload_landing.py data/landing s3://your-landing-bucket/stedi

Landing only grows: nothing is deleted, and an object of another content is not replaced unless
--overwrite says so. What is there already with the same size and checksum (CRC-32 of the whole
object, as S3 keeps it) is not sent again, so an interrupted upload goes on when it is run again.
S3 checks what it receives, and the script asks for size and checksum of every object it has sent.
It takes the permissions s3:ListBucket, s3:GetObject, s3:PutObject and s3:AbortMultipartUpload.
A killed script (kill -9) may leave parts that are no objects but are billed: a lifecycle rule that
aborts incomplete multipart uploads removes them.
AWS_ENDPOINT_URL leads the script to another S3, e.g. a local one.
exit codes: 0 everything is there, 1 something was refused or could not be sent, 2 an option or
setting is missing or wrong, 130 interrupted (finished files are kept), 141 the reader of the
output has gone (as with | head)
"""


def _address(text: str) -> Address:
    """Convert an argument to a place on S3."""
    try:
        return parse_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(
        prog="upload_landing.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = result.add_argument
    add("root", metavar="ROOT", type=Path, help="landing root: the folder above the feeds")
    add("address", metavar="S3_URL", type=_address, help="s3://bucket/prefix, the root on S3")
    add("--dry-run", action="store_true", help="list what would be sent, with bytes; send nothing")
    add("--overwrite", action="store_true", help="replace objects that differ from the files")
    add("--region", metavar="NAME", help="AWS region (default: AWS_REGION)")
    add("--profile", metavar="NAME", help="AWS profile (default: AWS_PROFILE)")
    return result


def main(argv: Sequence[str] | None = None, part_bytes: int = Sender.part_bytes) -> int:
    """Run the command; return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        with interrupts.kill_is_interrupt():
            run(arguments, part_bytes)
            sys.stdout.flush()
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print(
            "interrupted: finished files are kept, nothing is half there; "
            "run the same command again to go on",
            file=sys.stderr,
        )
        return interrupts.EXIT_CODE
    except BrokenPipeError:
        pipes.mute(sys.stdout, sys.stderr)
        return pipes.EXIT_CODE
    return 0


def run(arguments: argparse.Namespace, part_bytes: int) -> None:
    """Compare, send, sum up. Raises Problem, KeyboardInterrupt."""
    address = arguments.address
    source = list_source(arguments.root)
    client = connect("s3", arguments.region, arguments.profile, max_pool_connections=WORKERS)
    destination = list_destination(client, address)
    check_layouts(source, address, destination)
    warn_of_empty_feeds(arguments.root, source)
    plan = make_plan(client, source, address, destination)
    report_others(plan, address)
    if plan.changed and not arguments.overwrite:
        raise refusal(plan.changed, address)
    if arguments.dry_run:
        print_dry_run(plan, address)
        return
    sender = Sender(client, address, part_bytes)
    sender.send(plan.to_send, overwritten=frozenset(plan.changed))
    print_end(plan, address)


def warn_of_empty_feeds(root: Path, source: dict[str, list[SourceFile]]) -> None:
    """Name the feeds without a file. Raises Problem if all are."""
    empty = [feed for feed in FEEDS if not source.get(feed)]
    if len(empty) == len(FEEDS):
        raise Problem(f"{root} holds no file that a build reads: put some into {', '.join(FEEDS)}")
    for feed in empty:
        print(f"warning: no files in {root / feed}, nothing is sent for it", file=sys.stderr)


def report_others(plan: Plan, address: Address) -> None:
    """Name the objects that the source has not."""
    if plan.others:
        print(
            f"{count(plan.others)} there, not in the source, and read by a build as well: "
            f"{some(map(address.url, plan.others))}",
            file=sys.stderr,
        )


def refusal(changed: Sequence[SourceFile], address: Address) -> Problem:
    """Say which objects are not replaced."""
    return Problem(
        f"{count(changed)} there with another content, or without a CRC-32 to compare: "
        f"{some(address.url(file.path) for file in changed)}. Landing only grows: give changed "
        "files another name, or pass --overwrite to replace the objects. Nothing was sent"
    )


def some(names: Iterable[str]) -> str:
    """List the first names, count the others."""
    listed = list(names)
    others = len(listed) - MOST_NAMES
    return ", ".join(listed[:MOST_NAMES]) + (f" and {others} more" if others > 0 else "")


def count(files: Sequence[object], verb: bool = True) -> str:
    """Count files in words."""
    if len(files) == 1:
        return "1 file is" if verb else "1 file"
    return f"{len(files):,} files" + " are" * verb


def print_dry_run(plan: Plan, address: Address) -> None:
    """List what would be sent: bytes, address, whether it replaces an object."""
    for file in plan.to_send:
        note = "  (replaced)" if file in plan.changed else ""
        print(f"{file.size:>15,}  {address.url(file.path)}{note}")
    size = sum(file.size for file in plan.to_send)
    kept = f"{count(plan.kept)} there already"
    print(f"would send {count(plan.to_send, verb=False)}, {size:,} bytes; {kept}")


def print_end(plan: Plan, address: Address) -> None:
    """Sum up, and print what a build on Athena wants to know."""
    files = plan.to_send + plan.kept
    size = sum(file.size for file in files)
    print(
        f"{address.url()}: {count(files, verb=False)}, {size:,} bytes, all right "
        f"({len(plan.to_send):,} sent, {len(plan.kept):,} were there)"
    )
    print("Build with them: paste this line, then dbt build --target athena")
    print(f"export STEDI_LANDING={shlex.quote(address.url())}")
