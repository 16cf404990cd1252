"""Runs a command of dbt and shows what needs attention, instead of a line for each table and test.

On a terminal a bar shows how far it is. Then come the tests that warn, with what they mean, and
whatever failed, by name; the last line is dbt's count. dbt's own lines are in logs/dbt.log.
for example:
  run_dbt.py build --target local
  run_dbt.py --verbose build --select +customer_trusted
exit codes: dbt's own: 0 fine, 1 a table or test has failed, 2 it could not begin; 130 interrupted
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from textwrap import fill, indent

from stedi import command
from stedi.command import PROJECT, SettingProblem
from stedi.settings import Settings

# What becomes of a node is told at the end, an exception by the exit.
TOLD_LATER = ("Log", "RunResult", "EndOfRunSummary", "Main", "GenericExceptionOnRun")
FINE = ("success", "pass", "skipped", "no-op")
LEAD = 6  # width of WARN, FAIL, ERROR and a space


class Report:
    """What dbt tells while it works: a bar on a terminal, and warnings that concern no node."""

    def __init__(self, bar) -> None:
        self._bar = bar
        self.stats = ""

    def __call__(self, event) -> None:
        """Take an event of dbt."""
        name = event.info.name
        if name == "LogStartLine" and self._bar.total is None:
            self._bar.bar_format = "{desc} {n_fmt}/{total_fmt} |{bar:30}| {elapsed}"
            self._bar.set_description_str("tables and tests", refresh=False)
            self._bar.reset(event.data.total)
        elif name == "NodeFinished":
            self._bar.update()
        elif name == "StatsLine":
            self.stats = event.info.msg
        elif name in ("JinjaLogInfo", "PrintEvent"):  # of this project's macros
            self._bar.write(event.info.msg)
        elif event.info.level in ("warn", "error") and not name.startswith(TOLD_LATER):
            self._bar.write(f"{event.info.level.upper():{LEAD}}{event.info.msg}")


def work(arguments: argparse.Namespace) -> int:
    """Run dbt. Raises Problem if it could not begin, KeyboardInterrupt."""
    # Slow to load, so that it is here: a Ctrl-C is caught from the start.
    from dbt.cli.main import dbtRunner
    from tqdm import tqdm

    os.chdir(PROJECT)
    if arguments.verbose:
        is_plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
        result = dbtRunner().invoke(["--no-use-colors"] * bool(is_plain) + arguments.dbt)
        report = None
    else:
        # Of its own accord dbt would be as quiet in its file as on the terminal.
        in_file = os.environ.get("DBT_LOG_LEVEL_FILE") or "debug"
        quiet = ["--no-use-colors", "--log-level", "none", "--log-level-file", in_file]
        line = {"desc": "reading the project", "bar_format": "{desc} {elapsed}"}
        with tqdm(**line, leave=False, disable=None, file=sys.stderr) as bar:
            report = Report(bar)
            result = dbtRunner(callbacks=[report]).invoke(quiet + arguments.dbt)
    if result.exception:
        raise explain(result.exception)
    if report:
        for text in render(getattr(result.result, "results", [])):
            print(text)
        print(report.stats, end="\n" * bool(report.stats))
    return 0 if result.success else 1


def render(results: Sequence) -> Iterator[str]:
    """Yield a text for each node that is not fine: its name, what dbt says of it, what it means."""
    for result in results:
        status = str(result.status)
        if status in FINE or not hasattr(result, "node"):  # an operation has told by itself
            continue
        node = result.node
        lead = f"{'WARN' if status == 'warn' else 'FAIL' if status == 'fail' else 'ERROR':{LEAD}}"
        if hasattr(result, "max_loaded_at"):  # of source freshness; without an answer it has none
            newest = f"{result.max_loaded_at:%Y-%m-%d %H:%M} UTC"
            yield f"{lead}{node.name}: its newest file came at {newest}"
            continue
        if status == "warn":
            text = f"{node.name}: {result.failures:,}. {' '.join(node.description.split())}"
            yield fill(text, command.width(), initial_indent=lead, subsequent_indent=" " * LEAD)
            continue
        text = f"{node.name}: {result.message}"
        if status == "fail" and getattr(node, "compiled_path", None):
            text += f"\nthe query for them: {node.compiled_path}"
        yield lead + indent(text, " " * LEAD).lstrip()


def explain(error: BaseException) -> BaseException:
    """Turn the exception that ended dbt into what the user reads; an interrupt stays one."""
    if isinstance(error, KeyboardInterrupt) or str(error) == "Query interrupted":
        return KeyboardInterrupt()
    if type(error).__module__ == "_duckdb" and type(error).__name__ == "IOException":
        return SettingProblem(explain_file(str(error)))
    if type(error).__module__.startswith(("botocore.", "boto3.")):
        from stedi import athena

        return SettingProblem(str(athena.explain(error, "dbt cannot use AWS")))
    if type(error).__module__.startswith("dbt"):
        # Which macro called which is in dbt's log.
        return SettingProblem(re.split(r"\s*\n *> in macro ", str(error))[0])
    return SettingProblem(f"{type(error).__name__}: {error} (logs/dbt.log has the details)")


def explain_file(message: str) -> str:
    """Turn DuckDB's refusal to open its file into what to do."""
    database = Settings.from_environment().database
    other = "or name another file: STEDI_DUCKDB=data/other.duckdb"
    if "Could not set lock" in message:
        holder = re.search(r"lock is held in (.+?) \(PID (\d+)\)", message)
        who = f" ({holder[1]}, process {holder[2]})" if holder else ""
        return f"{database} is open in another program{who}. Close it there, {other}"
    if not database.parent.is_dir():
        return f"STEDI_DUCKDB is {database}: there is no folder {database.parent}. Make it, {other}"
    return f"{message}\n{database} cannot be written. Move it away, {other}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = command.parser("run_dbt.py", __doc__)
    options.add_argument("--verbose", action="store_true", help="show all of dbt's lines instead")
    options.add_argument("dbt", metavar="COMMAND …", nargs=argparse.REMAINDER, help="as for dbt")
    return command.run(options, work, argv)


if __name__ == "__main__":
    sys.exit(main())
