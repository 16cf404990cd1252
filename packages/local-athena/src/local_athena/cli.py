"""The command line: up, exec -- COMMAND, download.

Messages go to stderr; stdout belongs to what a script may read: the line of `up`, the command of
`exec`, the folder of `download`.
Exit codes: 0; the command's own with `exec` (128 + n if signal n ended it, 127 if there is none of
that name); 1 if the local Athena cannot start or ends by itself; 2 for wrong options or settings;
128 + n if signal n interrupts, except that this is how an `up` that is ready ends well.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from . import LocalAthenaError, settings
from .download import find_trino
from .lifecycle import LocalAthena
from .signals import Interrupted, hold, interruptible, wait_for
from .trino_server import TrinoFailed

SETTINGS = Path("local_athena.toml")
# Time for an interrupted command to cancel its queries; the endpoint is still there.
GRACE_SECONDS = 10

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    show_messages()
    try:
        with interruptible():
            if options.action == "download":
                print(find_trino())
                return 0
            wanted = read_settings(options)
            with LocalAthena(options.logs, wanted.buckets) as athena:
                try:
                    environment = athena.environment() | wanted.variables
                    if options.action == "up":
                        return stay_up(athena, environment, wanted.next)
                    return execute(athena, environment, options.command)
                finally:
                    hold()
    except Interrupted as interrupted:
        return 128 + interrupted.signum
    except (LocalAthenaError, OSError) as error:
        logger.error("error: %s", error)
        return 2 if isinstance(error, settings.SettingsError) else 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options; what follows `--` is the command of `exec`, untouched."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        prog="local-athena", description="A local Amazon Athena, with S3, Glue and STS."
    )
    actions = parser.add_subparsers(dest="action", required=True)
    up = actions.add_parser("up", help="run until Ctrl-C; print how another shell gets to it")
    within = actions.add_parser(
        "exec",
        help="run a command in the environment, then stop",
        usage="%(prog)s [-h] [options] -- COMMAND...",
    )
    for action in (up, within):
        action.add_argument(
            "--bucket", metavar="NAME", action="append", default=[], help="make an empty bucket"
        )
        action.add_argument(
            "--set",
            metavar="NAME=VALUE",
            action="append",
            default=[],
            help="add a variable to the environment",
        )
        action.add_argument(
            "--settings",
            metavar="FILE",
            type=Path,
            help=f"buckets, variables, advice (default: {SETTINGS} of this folder, if any)",
        )
        action.add_argument(
            "--logs",
            metavar="FOLDER",
            type=Path,
            default=Path("logs/local_athena"),
            help="gets a folder a run; the newest 5 stay (default: %(default)s)",
        )
    actions.add_parser("download", help="get Trino, as the first start would; print its folder")
    options = parser.parse_args(arguments[:end])
    options.command = arguments[end + 1 :]
    if (options.action == "exec") != bool(options.command):
        parser.error("exec, and only exec, takes a command: exec -- COMMAND...")
    return options


def read_settings(options: argparse.Namespace) -> settings.Settings:
    """Join the settings file with the options. Raises SettingsError."""
    file = options.settings or (SETTINGS if SETTINGS.exists() else None)
    read = settings.read(file) if file else settings.Settings()
    return read.with_options(options.bucket, options.set)


def show_messages() -> None:
    """Have the messages of this package on stderr."""
    package = logging.getLogger(__package__)
    package.setLevel(logging.INFO)
    if not package.handlers:
        package.addHandler(logging.StreamHandler())


def stay_up(
    athena: LocalAthena, environment: Mapping[str, str], commands: Sequence[str] = ()
) -> int:
    """Print where the environment is and what to do with it, then wait for a signal.

    Raises TrinoFailed if Trino ends.
    """
    try:
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()]
        athena.environment_file.write_text("".join(lines))
        logger.info("The local Athena is ready. Ctrl-C stops it and forgets all tables.")
        logger.info("Logs: %s. To use it, run this in another shell:", athena.log_folder)
        print(f". {shlex.quote(str(athena.environment_file))}", flush=True)
        if commands:
            logger.info("Then, for example:\n%s", "\n".join(commands))
        athena.trino.wait()
    except Interrupted:
        return 0
    athena.trino.check_alive()
    return 0


def execute(athena: LocalAthena, environment: Mapping[str, str], command: Sequence[str]) -> int:
    """Run a command to its end, whatever happens to Trino; return its exit code."""
    # On a terminal the command stays in the foreground: a shell works, Ctrl-C reaches it as well.
    # Elsewhere it and its children are a group, so that all of them can be told to end.
    on_terminal = sys.stdin is not None and sys.stdin.isatty()
    try:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            process_group=None if on_terminal else 0,
        )
    except OSError as error:
        logger.error("%s: %s", command[0], error.strerror)
        return 127 if isinstance(error, FileNotFoundError) else 126

    def tell(signum: int) -> None:
        with suppress(OSError):  # it has ended
            os.kill(process.pid, signum) if on_terminal else os.killpg(process.pid, signum)

    try:
        code = wait_for(process)
    except Interrupted as interrupted:
        if not (on_terminal and interrupted.signum == signal.SIGINT):
            tell(interrupted.signum)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        tell(signal.SIGKILL)
        process.wait()
        raise
    try:
        athena.trino.check_alive()
    except TrinoFailed as error:
        logger.error("error: before the command did, %s", error)
    return code if code >= 0 else 128 - code
