#!/usr/bin/env python3
"""Tells whom an SNS topic reaches that a build failed: what, by name, how many rows, and its cause.

It reads what dbt left in its target folders: run_results.json, and sources.json of dbt source
freshness. A name, a number of rows and Athena's name of an error are all it takes from them. What
kept dbt from beginning stands in none: preflight.py and run_dbt.py have said it, in --said.
for example:
  notify_failure.py --topic arn:aws:sns:eu-west-1:111122223333:stedi-alarms target
exit codes: 0 it was sent, 1 AWS refused, 2 an option or setting is missing or wrong
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from stedi import athena, command
from stedi.command import SettingProblem, printable
from stedi.settings import Settings

MOST = 30  # names; the log has them all
LONGEST = 2000  # characters of a cause
RUNBOOK = "docs/runbooks/build_failed.md"
KINDS = {"model": "table", "seed": "table", "test": "test", "unit_test": "test"}
# Before what Athena says stand dbt's own lines; of what it says only its name of the error is told.
ATHENA_ERROR = re.compile(r"(?:\s*\w+ Error\b[^\n]*\n)*\s*([A-Z][A-Z0-9_]{5,}): ")
# dbt's word for where a macro of ours has raised its error, which is all that helps.
IN_OPERATION = re.compile(r"Compilation Error in operation \S+ \(\S+\)\s*")
OLD_ROWS = "hold the rows of an earlier build, maybe of people who have since withdrawn"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("notify_failure.py", __doc__)
    folders = "dbt's target folders, the build's first; default: DBT_TARGET_PATH, else target"
    result.add_argument("targets", metavar="FOLDER", type=Path, nargs="*", help=folders)
    result.add_argument("--topic", metavar="ARN", help="default: STEDI_TOPIC")
    said = "what preflight.py and run_dbt.py wrote to stderr"
    result.add_argument("--said", metavar="FILE", type=Path, help=said)
    command.add_aws_options(result, with_athena=False)
    return result


def results(target: Path, name: str) -> list[dict]:
    """Return the results of one of dbt's files; none if it is missing or half-written."""
    try:
        return json.loads((target / f"{name}.json").read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def failures(targets: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield kind and line of each feed that is too old, and of whatever else failed."""
    aged = [each for target in targets for each in results(target, "sources")]
    for result in sorted(aged, key=lambda each: each["unique_id"]):  # dbt's order is by chance
        if result["status"] in ("error", "runtime error"):
            what = "too old" if result["status"] == "error" else "not looked at"
            yield "old feed", f"feed {what}: {name_of(result)}"
    for result in (each for target in targets for each in results(target, "run_results")):
        if result["status"] in ("fail", "error"):
            kind = KINDS.get(result["unique_id"].partition(".")[0], "step")
            rows = f", {result['failures']:,} rows" if result["status"] == "fail" else ""
            error = ATHENA_ERROR.match(result.get("message") or "") if not rows else None
            why = f" ({error[1]})" if error else ""
            yield kind, f"{kind} failed: {name_of(result)}{rows}{why}"


def name_of(result: dict) -> str:
    """Return a node's name without the project, and a test's without dbt's hash."""
    kind, _, rest = result["unique_id"].split(".", 2)
    return rest.split(".")[{"test": 0, "source": -1}[kind]] if kind in ("test", "source") else rest


def causes(said: Path | None) -> list[str]:
    """Return the errors that the scripts before dbt ended with, each once; else the last line."""
    text = said.read_text(errors="replace").strip() if said and said.is_file() else ""
    # An error's further lines are indented.
    ends = re.findall(r"^(?:preflight|run_dbt)\.py: error: (.*(?:\n[ \t]+.*)*)", text, re.M)
    ends = [IN_OPERATION.sub("", end) for end in ends] or text.splitlines()[-1:]
    return ["\n".join(map(printable, each[:LONGEST].splitlines())) for each in dict.fromkeys(ends)]


def tables(target: Path) -> str:
    """Return how many tables the build has made, and what that means of the others."""
    done = results(target, "run_results")
    built = [each for each in done if each["unique_id"].startswith("model.")]
    made = sum(each["status"] == "success" for each in built)
    if not made:
        return f"No table was made. All {OLD_ROWS}."
    if made == len(built):
        return f"All {made:,} tables were made."
    return f"Of {len(built):,} tables {made:,} were made. The others {OLD_ROWS}."


def message(targets: Sequence[Path], said: Path | None) -> tuple[str, str]:
    """Return subject and text of the notice."""
    found = list(failures(targets))
    kinds = Counter(kind for kind, _ in found)
    counted = [f"{number:,} {kind}{'s' * (number > 1)}" for kind, number in kinds.items()]
    if results(targets[0], "run_results"):
        subject = f"STEDI: the build failed: {', '.join(counted) or 'a step after its tables'}"
    else:
        subject = "STEDI: the build could not begin"
    lines = [line for _, line in found]
    lines[MOST:] = [f"and {len(lines) - MOST:,} more"] if len(lines) > MOST else []
    why = causes(said) or ([] if found else ["What it said is in its log only."])
    build = os.environ.get("CODEBUILD_BUILD_URL")
    end = [f"What to do: {RUNBOOK}", *([f"Log: {build}"] if build else [])]
    blocks = ["\n".join(lines), *why, tables(targets[0]), "\n".join(end)]
    return subject, "\n\n".join(filter(None, blocks))


def notify(arguments: argparse.Namespace) -> None:
    """Send the notice. Raises Problem."""
    topic = arguments.topic or os.environ.get("STEDI_TOPIC")
    if not topic:
        raise SettingProblem("no topic is named: set STEDI_TOPIC to its ARN, or give --topic")
    targets = arguments.targets or [Settings.from_environment().target]
    subject, text = message(targets, arguments.said)
    client = athena.client("sns", arguments)
    with athena.explained(f"the notice was not sent to {topic}"):
        client.publish(TopicArn=topic, Subject=subject, Message=text)
    print(f"{subject}\n\n{text}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(parser(), notify, argv)


if __name__ == "__main__":
    sys.exit(main())
