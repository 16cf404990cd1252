"""AWS for the scripts: clients, statements in Athena, remedies for AWS's refusals.

AWS_ENDPOINT_URL points all of it elsewhere, e.g. to a local Athena.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import boto3.exceptions
import pyathena
from botocore import exceptions as aws
from botocore.config import Config
from pyathena.connection import Connection
from pyathena.converter import Converter
from pyathena.cursor import Cursor

from .command import Problem, SettingProblem

# How often a throttled or broken request is sent; the SDK's default of 3 is low for a busy account.
RETRIES = {"mode": "standard", "total_max_attempts": 6}
CONFIG = Config(retries=RETRIES, connect_timeout=10, read_timeout=30)
POLL_SECONDS = 0.5

KEYS = "set AWS_PROFILE or pass --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
RENEW = "renew the credentials, e.g. with `aws sso login`"
PROFILE = "`aws configure list-profiles` names them: correct --profile or AWS_PROFILE"
NETWORK = "check the network, AWS_REGION and AWS_ENDPOINT_URL"
RESULTS = "set STEDI_ATHENA_RESULTS or pass --output-location s3://bucket/prefix/"
WORK_GROUP = "correct STEDI_WORK_GROUP or --work-group; the region counts, too"
# The class of an error and AWS's code for it -> the remedy.
REMEDIES = (
    ("Expired|SSO|TokenRetrieval|CredentialRetrieval", RENEW),
    ("RequestTimeTooSkewed", "set this machine's clock"),
    ("ProfileNotFound", PROFILE),
    ("Credentials|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|Signature", KEYS),
    ("AccessDenied|403", "ask for this permission, or use another profile"),
    ("NoSuchBucket", "correct the bucket's name, or make it"),
    ("ValueError", "correct AWS_ENDPOINT_URL, AWS_REGION or --region"),
    ("Region|Redirect|301", "set AWS_REGION or pass --region, e.g. us-east-1"),
    ("Connect|Timeout|HTTPClient|RetriesExceeded", NETWORK),
)
ATHENA_REMEDIES = (("output ?location|output bucket", RESULTS), ("workgroup", WORK_GROUP))
SETTINGS = "NoRegion|InvalidRegion|NoCredentials|PartialCredentials|ProfileNotFound|ValueError"
FAILURES = (aws.BotoCoreError, aws.ClientError, boto3.exceptions.Boto3Error, pyathena.Error)

# PyAthena logs a traceback of every error that it raises.
logging.getLogger("pyathena").addHandler(logging.NullHandler())


class AsText(Converter):
    """Leaves values as Athena returns them: text, None for NULL."""

    def __init__(self) -> None:
        super().__init__(mappings={})

    def convert(self, type_: str, value: str | None, type_hint: str | None = None) -> str | None:
        """Return the value."""
        return value


def csv_line(values: Iterable[str | None]) -> str:
    """Return a row of a CSV file as Athena writes them: NULL is nothing, an empty text is ""."""
    return ",".join("" if value is None else _quoted(value) for value in values) + "\n"


def _quoted(value: str) -> str:
    needed = not value or re.search('[,"\r\n]', value)
    return '"' + value.replace('"', '""') + '"' if needed else value


def explain(error: Exception, doing: str) -> Problem:
    """Turn an error of AWS, or of the connection to it, into what failed, why, and the remedy."""
    cause = error.__cause__ or error if isinstance(error, pyathena.Error) else error
    code, said = "", str(cause)
    if isinstance(cause, aws.ClientError):
        code, said = (cause.response["Error"].get(key, "") for key in ("Code", "Message"))
    kind = f"{type(cause).__name__} {code}"
    said = " ".join(said.split()).rstrip(".") or kind
    helps = [remedy for pattern, remedy in REMEDIES if re.search(pattern, kind)]
    helps += [remedy for pattern, remedy in ATHENA_REMEDIES if re.search(pattern, said.lower())]
    text = f"{doing}: {said}" + f" ({code})" * (code not in said)
    problem = SettingProblem if re.search(SETTINGS, kind) else Problem
    return problem(": ".join([text, *helps[:1]]))


@contextmanager
def explained(doing: str, *others: type[Exception]) -> Iterator[None]:
    """Raise a Problem where AWS refuses or does not answer; `doing` says what failed then."""
    try:
        yield
    except (*FAILURES, *others) as error:
        raise explain(error, doing) from error


def session(arguments: argparse.Namespace) -> boto3.Session:
    """Return a session of the region and profile of add_aws_options. Raises SettingProblem."""
    # botocore itself reads AWS_DEFAULT_REGION; AWS_REGION is what dbt reads.
    region = arguments.region or os.environ.get("AWS_REGION") or None
    with explained("AWS settings"):
        return boto3.Session(profile_name=arguments.profile, region_name=region)


def client(service: str, arguments: argparse.Namespace, config: Config = CONFIG) -> Any:
    """Return a client of an AWS service. Raises SettingProblem."""
    with explained("AWS settings", ValueError):
        return session(arguments).client(service, config=config)


def connect(arguments: argparse.Namespace, database: str | None = None) -> Connection:
    """Return a connection to Athena; nothing is asked yet. Raises SettingProblem."""
    with explained("AWS settings", ValueError):
        return Connection(
            session=session(arguments),
            config=CONFIG,
            work_group=arguments.work_group,
            s3_staging_dir=arguments.output_location or "",
            schema_name=database,
            catalog_name=None,
            poll_interval=POLL_SECONDS,
            kill_on_interrupt=False,  # it would hide the Ctrl-C
        )


def execute(connection: Connection, sql: str, **how: Any) -> Cursor:
    """Run a statement to its end; return a cursor on its rows, values as Python's types.

    `how` is for PyAthena's cursor, e.g. converter=AsText(). Raises Problem if Athena refuses the
    statement or it fails, KeyboardInterrupt when a Ctrl-C has cancelled it.
    """
    cursor = connection.cursor(**how)
    try:
        return cursor.execute(sql)
    except KeyboardInterrupt:
        said = "the query may have started: Athena had not yet answered"
        if cursor.query_id:
            by_hand = f"aws athena stop-query-execution --query-execution-id {cursor.query_id}"
            with explained(f"the query may still run, to stop it: {by_hand}"):
                cursor.cancel()
            said = f"query {cursor.query_id} is cancelled"
        print(f"\n{said}", file=sys.stderr)
        raise
    except pyathena.Error as error:
        if error.__cause__ is None:
            raise Problem(f"query {cursor.query_id} failed: {error}") from None
        doing = "Athena refused the query"
        if cursor.query_id:
            doing = f"query {cursor.query_id} was accepted, but its result cannot be had"
        raise explain(error, doing) from error


def rows(cursor: Cursor) -> Iterator[tuple]:
    """Yield a result's rows, page by page. Raises Problem."""
    with explained("Athena's result cannot be read"):
        yield from cursor
