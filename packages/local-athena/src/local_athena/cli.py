"""The command line: up, exec -- COMMAND, install.

Messages go to stderr; stdout belongs to the export lines of `up` and to the command of `exec`.
Exit codes: 0; the command's own with `exec` (128 + n if signal n ended it, 127 if there is none of
that name); 1 if the local Athena cannot start or ends by itself; 2 for a wrong option; 128 + n if
signal n interrupts, except that this is how an `up` that is ready ends well.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from . import LocalAthenaError
from .download import find_trino
from .lifecycle import LocalAthena
from .process import GuardedProcess
from .signals import Interrupted, hold, interruptible
from .trino_server import TrinoFailed

# Time for an interrupted command to cancel its queries; the endpoint is still there.
GRACE_SECONDS = 10

logger = logging.getLogger(__name__)


def main(
    arguments: Sequence[str] | None = None,
    *,
    buckets: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run a command line and return the exit code.

    `buckets` are made at the start; `variables` join the environment that `up` and `exec` give.
    """
    options = parse(sys.argv[1:] if arguments is None else arguments)
    show_messages()
    try:
        with interruptible():
            if options.action == "install":
                print(find_trino())
                return 0
            with LocalAthena(options.logs, buckets) as athena:
                try:
                    environment = athena.environment() | dict(variables or {})
                    if options.action == "up":
                        return stay_up(athena, environment)
                    return execute(athena, environment, options.command)
                finally:
                    hold()
    except Interrupted as interrupted:
        return 128 + interrupted.signum
    except (LocalAthenaError, OSError) as error:
        logger.error("error: %s", error)
        return 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options; what follows `--` is the command of `exec`, untouched."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description="A local Amazon Athena, with S3, Glue and STS.")
    actions = parser.add_subparsers(dest="action", required=True)
    up = actions.add_parser("up", help="run until Ctrl-C; print the environment on stdout")
    within = actions.add_parser(
        "exec",
        help="run a command in the environment, then stop",
        usage="%(prog)s [-h] [--logs FOLDER] -- COMMAND...",
    )
    for action in (up, within):
        action.add_argument(
            "--logs",
            metavar="FOLDER",
            type=Path,
            default=Path("logs/local_athena"),
            help="gets a folder a run; the newest 5 stay (default: %(default)s)",
        )
    actions.add_parser("install", help="download Trino, as the first start would; print its folder")
    options = parser.parse_args(arguments[:end])
    options.command = arguments[end + 1 :]
    if (options.action == "exec") != bool(options.command):
        parser.error("exec, and only exec, takes a command: exec -- COMMAND...")
    return options


def show_messages() -> None:
    """Have the messages of this package on stderr."""
    package = logging.getLogger(__package__)
    package.setLevel(logging.INFO)
    if not package.handlers:
        package.addHandler(logging.StreamHandler())


def stay_up(athena: LocalAthena, environment: Mapping[str, str]) -> int:
    """Print the environment, then wait for a signal. Raises TrinoFailed if Trino ends first."""
    try:
        logger.info("The local Athena is ready. Ctrl-C stops it and forgets all tables.")
        logger.info("Logs: %s. For another shell:", athena.log_folder)
        for name, value in environment.items():
            print(f"export {name}={shlex.quote(value)}")
        sys.stdout.flush()
        athena.trino.wait()
    except Interrupted:
        return 0
    athena.trino.check_alive()
    return 0


def execute(athena: LocalAthena, environment: Mapping[str, str], command: Sequence[str]) -> int:
    """Run a command to its end, whatever happens to Trino; return its exit code."""
    process = GuardedProcess(
        command, grace_seconds=GRACE_SECONDS, env={**os.environ, **environment}
    )
    try:
        code = process.wait()
    except Interrupted as interrupted:
        process.send_signal(interrupted.signum)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        raise
    finally:
        process.stop()
    try:
        athena.trino.check_alive()
    except TrinoFailed as error:
        logger.error("error: before the command did, %s", error)
    return code
