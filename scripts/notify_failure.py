#!/usr/bin/env python3
"""Tells whom an SNS topic reaches that a build failed: the tests and tables by name, and counts.

It reads what dbt left in its target folder: run_results.json, and sources.json of dbt source
freshness. A name and a number of rows are all it takes from them, as the messages of a failed
statement may show a row. Where dbt did not come as far as a table, it sends what --said holds.
for example:
  notify_failure.py --topic arn:aws:sns:eu-west-1:111122223333:stedi-alarms
exit codes: 0 it was sent, 1 AWS refused, 2 an option or setting is missing or wrong
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from stedi import athena, command
from stedi.command import SettingProblem, printable
from stedi.settings import Settings

MOST = 30  # names; the log has them all
LONGEST = 2000  # characters of what dbt said
RUNBOOK = "docs/runbooks/build_failed.md"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("notify_failure.py", __doc__)
    result.add_argument("--topic", metavar="ARN", help="default: STEDI_TOPIC")
    result.add_argument(
        "--said", metavar="FILE", type=Path, help="what dbt said where it did not begin"
    )
    command.add_aws_options(result, with_athena=False)
    return result


def results(settings: Settings, name: str) -> list[dict]:
    """Return the results of one of dbt's files; none if it is missing or half-written."""
    try:
        return settings.artifact(name)["results"]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def failures(settings: Settings) -> Iterator[str]:
    """Yield a line for each feed that is too old, test that failed and table that was not built."""
    for result in results(settings, "sources"):
        if result["status"] in ("error", "runtime error"):
            yield f"too old  {name_of(result)}"
    for result in results(settings, "run_results"):
        if result["status"] == "fail":
            yield f"test     {name_of(result)}: {result['failures']:,} rows"
        elif result["status"] == "error":
            yield f"error    {name_of(result)}"


def name_of(result: dict) -> str:
    """Return a node's name without the project, and a test's without dbt's hash."""
    kind, _, rest = result["unique_id"].split(".", 2)
    return rest.partition(".")[0] if kind == "test" else rest


def message(settings: Settings, said: Path | None) -> tuple[str, str]:
    """Return subject and text of the notice."""
    lines = list(failures(settings))
    built = results(settings, "run_results")
    skipped = sum(each["status"] == "skipped" for each in built)
    if built and lines:
        subject = f"STEDI: the build failed, {len(lines)} tests or tables"
    else:
        subject = "STEDI: the build failed before its first table"
        lines += (read(said) or "What it said is in its log only.").splitlines()
    more = len(lines) - MOST
    lines = [*lines[:MOST], *[f"and {more:,} more"] * (more > 0)]
    lines += [f"{skipped:,} others were skipped because of them."] * bool(skipped)
    build = os.environ.get("CODEBUILD_BUILD_ID")
    log = [f"Log: CloudWatch, build {build}"] if build else []
    return subject, "\n".join([*lines, "", *log, f"What to do: {RUNBOOK}"])


def read(said: Path | None) -> str:
    """Return the end of what dbt said, without what a terminal would obey."""
    text = said.read_text(errors="replace").strip()[-LONGEST:] if said and said.is_file() else ""
    return "\n".join(printable(line) for line in text.splitlines())


def notify(arguments: argparse.Namespace) -> None:
    """Send the notice. Raises Problem."""
    topic = arguments.topic or os.environ.get("STEDI_TOPIC")
    if not topic:
        raise SettingProblem("no topic is named: set STEDI_TOPIC to its ARN, or give --topic")
    subject, text = message(Settings.from_environment(), arguments.said)
    client = athena.client("sns", arguments)
    with athena.explained(f"the notice was not sent to {topic}"):
        client.publish(TopicArn=topic, Subject=subject, Message=text)
    print(f"{subject}\n\n{text}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(parser(), notify, argv)


if __name__ == "__main__":
    sys.exit(main())
