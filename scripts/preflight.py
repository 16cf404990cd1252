"""Says what a build on Athena lacks before dbt starts: a line for each finding, with its remedy.

It looks at settings, credentials, workgroup, buckets, landing, pepper and the catalog. It asks only
what docs/athena_policy.json lets the build ask, runs no query, changes nothing and does not read
the pepper. What depends on something that is missing is not asked.
exit codes: 0 nothing is missing, 1 AWS refused or did not answer, 2 a setting or what it names is
missing or wrong, 130 interrupted
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from stedi import athena, command, profile
from stedi.command import Problem, SettingProblem
from stedi.feeds import feeds
from stedi.s3_root import S3Root
from stedi.settings import Settings

from botocore.config import Config
from botocore.exceptions import NoCredentialsError

# What must be set -> what it is.
PLACES = {
    "STEDI_ATHENA_RESULTS": "s3://bucket/prefix/ for the results of queries",
    "STEDI_ATHENA_DATA": "s3://bucket/prefix/ for the tables",
    "STEDI_LANDING": "s3://bucket/prefix above the folders of the feeds",
    "STEDI_SECRET": "s3://bucket/prefix of the file pepper, never the secret itself",
}
ENV_FILE = "`set -a && . infra/.env && set +a` sets it (docs/athena.md)"
SHORTEST_PEPPER = 16  # characters: macros/research/check_pepper.sql
NOT_THERE = ("InvalidRequestException", "NoSuchBucket", "404")  # AWS's codes
PROMPT = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=10)


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Raise a Problem where AWS refuses, a SettingProblem where something is not there."""
    try:
        yield
    except athena.FAILURES as error:
        problem = athena.explain(error, doing)
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        raise SettingProblem(str(problem)) if code in NOT_THERE else problem from error


def read_place(variable: str) -> S3Root:
    """Return the place on S3 that a variable names. Raises SettingProblem."""
    url = os.environ.get(variable)
    if not url:
        raise SettingProblem(f"{variable} is not set: it takes {PLACES[variable]}; {ENV_FILE}")
    try:
        return S3Root(url)
    except argparse.ArgumentTypeError as error:
        said = str(error)
        if variable == "STEDI_SECRET":
            said = "must be s3://bucket/prefix (its value is not shown, lest it be the secret)"
        raise SettingProblem(f"{variable} {said}") from None


class Findings(list[Problem]):
    """What checks have found."""

    def of(self, check: Callable, *arguments: Any) -> Any:
        """Do a check: return what it returns, or None and keep its Problem."""
        try:
            return check(*arguments)
        except Problem as problem:
            self.append(problem)
            return None


def read_region(arguments: argparse.Namespace) -> str:
    """Return the region that is set. Raises SettingProblem."""
    region = arguments.region or os.environ.get("AWS_REGION")
    if not region:
        raise SettingProblem(
            "AWS_REGION is not set: it takes the region of the buckets; " + ENV_FILE
        )
    return region


def who_asks(arguments: argparse.Namespace, region: str | None) -> str | None:
    """Return the ARN behind the credentials; None without a region to ask in. Raises Problem."""
    with asking("credentials"):
        if not athena.session(arguments).get_credentials():
            raise NoCredentialsError
        sts = athena.client("sts", arguments, PROMPT) if region else None
        return sts and sts.get_caller_identity()["Arn"]


def check_work_group(client: Any, name: str) -> None:
    """Check that dbt can use a workgroup. Raises Problem."""
    try:
        with asking(f"workgroup {name} (athena:GetWorkGroup)"):
            group = client.get_work_group(WorkGroup=name)["WorkGroup"]
    except SettingProblem:
        raise SettingProblem(
            f"there is no workgroup {name} in {client.meta.region_name}: "
            "correct STEDI_WORK_GROUP or AWS_REGION"
        ) from None
    settings = group["Configuration"]
    engine = settings.get("EngineVersion", {}).get("EffectiveEngineVersion", "no known engine")
    update = f"aws athena update-work-group --work-group {name}"
    wrong = []
    if group["State"] != "ENABLED":
        wrong.append(f"is disabled: {update} --state ENABLED")
    if not re.match("Athena engine version ([3-9]|[1-9][0-9])", engine):
        wrong.append(f"has {engine}: set STEDI_WORK_GROUP to one with Athena engine version 3")
    if settings.get("ManagedQueryResultsConfiguration", {}).get("Enabled"):
        said = "manages results itself, but dbt names a place for them"
        wrong.append(f"{said}: set STEDI_WORK_GROUP to one that does not")
    if settings.get("EnforceWorkGroupConfiguration"):
        said = "enforces a place for results, where Hive tables would go, too"
        unenforced = "--configuration-updates EnforceWorkGroupConfiguration=false"
        wrong.append(f"{said}: {update} {unenforced}")
    if wrong:
        raise SettingProblem(f"workgroup {name} {'; and it '.join(wrong)}")


def check_place(client: Any, variable: str, root: S3Root, schema: str) -> None:
    """Check a bucket, and what the build needs in it. Raises Problem at the first that is wrong."""
    named = f"{variable} ({root.url()})"
    with asking(f"{named}, s3:GetBucketLocation"):
        location = client.get_bucket_location(Bucket=root.bucket).get("LocationConstraint")
    there = {None: "us-east-1", "EU": "eu-west-1"}.get(location, location)
    if there != client.meta.region_name:
        raise SettingProblem(
            f"{named} is in {there}, but AWS_REGION is {client.meta.region_name}: "
            "buckets and Athena must be in one region"
        )
    if variable == "STEDI_LANDING":
        check_landing(client, root, named)
    elif variable == "STEDI_SECRET":
        check_pepper(client, root, named)
    else:
        prefix = root.object(f"{schema}_" if variable == "STEDI_ATHENA_DATA" else "")["Key"]
        with asking(f"{named}, s3:ListBucket of {prefix}*"):
            client.list_objects_v2(Bucket=root.bucket, Prefix=prefix, MaxKeys=1)


def check_landing(client: Any, root: S3Root, named: str) -> None:
    """Check that one of the feeds has a file. Raises Problem."""
    if not any(True for feed in feeds().values() for _ in root.objects(client, feed)):
        folders = ", ".join(feed.location for feed in feeds().values())
        raise SettingProblem(
            f"{named} has no file in {folders}: name the prefix above them, "
            "or upload some, as the administrator: .venv/bin/python scripts/upload_landing.py "
            f"FOLDER {root.url()} --ingest-date YYYY-MM-DD"
        )


def check_pepper(client: Any, root: S3Root, named: str) -> None:
    """Check that there is a pepper, without reading it. Raises Problem."""
    remedy = "`make deploy` makes one, see docs/runbooks/pepper.md"
    try:
        with asking(f"{named}, s3:GetObject of the pepper"):
            size = client.head_object(**root.object("pepper"))["ContentLength"]
    except SettingProblem:
        raise SettingProblem(f"{named} has no pepper: {remedy}") from None
    if size < SHORTEST_PEPPER:
        raise SettingProblem(f"{named} has a pepper of {size} bytes, which is too short: {remedy}")


def check_catalog(client: Any, schema: str) -> None:
    """Check that the project's databases may be looked up, made or not. Raises Problem."""
    with (
        asking(f"database {schema}_landing (glue:GetDatabase)"),
        suppress(client.exceptions.EntityNotFoundException),
    ):
        client.get_database(Name=f"{schema}_landing")


def check(arguments: argparse.Namespace) -> int:
    """Print what is missing, else who builds where; return the exit code."""
    schema = Settings.from_environment().schema
    group = os.environ.get("STEDI_WORK_GROUP") or "primary"
    found = Findings()
    region = found.of(read_region, arguments)
    places = {variable: found.of(read_place, variable) for variable in PLACES}
    found += map(SettingProblem, profile.differences())
    who = found.of(who_asks, arguments, region)
    if who:
        found.of(check_work_group, athena.client("athena", arguments, PROMPT), group)
        s3 = athena.client("s3", arguments, PROMPT)
        for variable, root in places.items():
            if root:
                found.of(check_place, s3, variable, root, schema)
        found.of(check_catalog, athena.client("glue", arguments, PROMPT), schema)
    for problem in found:
        print(f"preflight.py: error: {problem}", file=sys.stderr)
    if not found:
        print(f"Athena in {region}, workgroup {group}, schemas {schema}_*, as {who}")
    return max((problem.exit_code for problem in found), default=0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = command.parser("preflight.py", __doc__)
    command.add_aws_options(options, with_athena=False)
    return command.run(options, check, argv)


if __name__ == "__main__":
    sys.exit(main())
