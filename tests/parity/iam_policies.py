"""The IAM policies of docs/, and what requests to the local Athena need of them.

AWS itself evaluates conditions and resources in more ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from local_athena.lifecycle import LocalAthena

from tests.support.athena_lakehouse import VARIABLES
from tests.support.lakehouse import PROJECT

BUILD = PROJECT / "docs/athena_policy.json"
READER = PROJECT / "docs/athena_reader_policy.json"
PRIVACY = PROJECT / "docs/athena_privacy_policy.json"

# The guide's placeholders on the local Athena.
HERE = {
    "REGION": "us-east-1",
    "ACCOUNT_ID": "123456789012",
    "SCHEMA": "stedi",
    "WORK_GROUP": VARIABLES["STEDI_WORK_GROUP"],
    "LANDING_BUCKET": "stedi-landing",
    "LAKE_BUCKET": "stedi-lake",
    "RESULTS_BUCKET": "stedi-results",
    "SECRET_BUCKET": "stedi-secret",
}

# The action that allows an S3 operation, where it is not the operation's own name.
S3_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "UploadPart": "PutObject",
}
ALWAYS_ALLOWED = {"sts:GetCallerIdentity"}  # who am I?
# Allowed, though a build on the local Athena need not ask for it. Some of one statement only.
NOT_SEEN = {
    "athena:GetWorkGroup": "once a process, which other tests may have spent",
    "athena:StopQueryExecution": "Ctrl-C cancels what runs",
    "athena:ListQueryExecutions": "scripts/build_cost.py: test_generated_data.py",
    "athena:BatchGetQueryExecution": "as above",
    "glue:CreateDatabase": "the first build only",
    "glue:GetDatabase": "Athena looks a database up; the local engine may know it already",
    "glue:GetPartitions": "Athena may ask a Hive table for partitions; ours have none",
    "glue:BatchGetPartition": "of landing by arrival, a later build: test_commands.py",
    "s3:GetBucketLocation": "Athena looks where a bucket is before it uses it",
    "s3:AbortMultipartUpload": "large files go in parts, and a failed one is taken back",
    "s3:ListMultipartUploadParts": "as above",
    "s3:ListBucketMultipartUploads": "as above",
    "WriteAndReadResults: s3:GetObject": "Athena fetches results from S3; the local one keeps them",
    "ListResults: s3:ListBucket": "as above",
}
# What the local engine asks Glue for and Athena does not: AWS's own policy for Athena,
# AmazonAthenaFullAccess, holds none of it.
LOCAL_ENGINE_ONLY = re.compile("glue:(Get|Update|Delete)ColumnStatistics.*|glue:GetUserDefined.*")


class Need(NamedTuple):
    """What a request must be allowed: an action on a resource, for S3's listings a prefix."""

    action: str
    resource: str
    prefix: str | None = None


def statements(policy: Path, values: dict[str, str] | None = None) -> list[dict]:
    """The statements of a policy, with values in place of placeholders, or the bare names."""
    text = policy.read_text()
    filled = re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]] if values else name[1], text)
    return json.loads(filled)["Statement"]


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def grants(policy: Path, effect: str = "Allow") -> Iterator[tuple[str, str]]:
    """Each action with each resource it is allowed (or denied) on."""
    for statement in statements(policy):
        if statement["Effect"] != effect:
            continue
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                yield action, resource


def is_like(text: str, patterns: str | list[str]) -> bool:
    """As IAM compares: * stands for any text, slashes too, and ? for one character."""
    for pattern in as_list(patterns):
        expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(expression, text, re.S):
            return True
    return False


def covers(statement: dict, need: Need) -> bool:
    """Whether a statement is about it. No listing without a prefix meets a condition on it."""
    prefixes = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix")
    return (
        need.action in as_list(statement["Action"])
        and is_like(need.resource, statement["Resource"])
        and (prefixes is None or (need.prefix is not None and is_like(need.prefix, prefixes)))
    )


def needs_of(request: dict, work_group: str) -> Iterator[Need]:
    """What AWS would ask the policy about a request of the log."""
    service, operation = request["service"], request["operation"]
    named = request["resources"]
    if service == "s3":
        action = f"s3:{S3_ACTIONS.get(operation, operation)}"
        for name in named:
            yield Need(action, f"arn:aws:s3:::{name}", request.get("prefix"))
        if not named:
            yield Need(action, "*")
    elif service == "glue":
        # Glue asks for everything on the way to what is named.
        root = f"arn:aws:glue:{HERE['REGION']}:{HERE['ACCOUNT_ID']}:"
        yield Need(f"glue:{operation}", f"{root}catalog")
        for name in named:
            database, _, table = name.partition("/")
            yield Need(f"glue:{operation}", f"{root}database/{database}")
            if table or operation == "GetTables":
                yield Need(f"glue:{operation}", f"{root}table/{database}/{table or '*'}")
    elif service == "athena":
        # Who asks for a query by its number asks for it in its workgroup.
        root = f"arn:aws:athena:{HERE['REGION']}:{HERE['ACCOUNT_ID']}:workgroup/"
        for name in named or [work_group]:
            yield Need(f"athena:{operation}", root + name)
    else:
        yield Need(f"{service}:{operation}", named[0] if named else "*")


def needs_seen(lines: Iterable[str | bytes], work_group: str = HERE["WORK_GROUP"]) -> set[Need]:
    """What a log of requests shows to be needed; Terraform's own aside."""
    seen = set()
    for request in map(json.loads, lines):
        if "Terraform" in request["user_agent"]:
            continue
        is_engine = not re.search("boto|aws-cli", request["user_agent"], re.I)
        for need in needs_of(request, work_group):
            if not (is_engine and LOCAL_ENGINE_ONLY.fullmatch(need.action)):
                seen.add(need)
    return {need for need in seen if need.action not in ALWAYS_ALLOWED}


@contextmanager
def watched(aws: LocalAthena, work_group: str = HERE["WORK_GROUP"]) -> Iterator[set[Need]]:
    """What requests made within it need: the set has it afterwards."""
    log = aws.log_folder / "requests.jsonl"
    begin = log.stat().st_size
    needs: set[Need] = set()
    yield needs
    with log.open("rb") as lines:
        lines.seek(begin)
        needs |= needs_seen(lines, work_group)


def refused(policy: Path | list[dict], needs: Iterable[Need]) -> list[Need]:
    """What statements, or a policy filled in for the local Athena, do not allow, or deny."""
    rules = statements(policy, HERE) if isinstance(policy, Path) else policy

    def is_allowed(need: Need) -> bool:
        return {each["Effect"] for each in rules if covers(each, need)} == {"Allow"}

    return sorted((need for need in needs if not is_allowed(need)), key=str)


def unused(rules: list[dict], needs: Iterable[Need]) -> list[str]:
    """What statements allow though no need was seen, nor is a reason in NOT_SEEN."""
    seen = list(needs)
    return [
        f"{rule['Sid']}: {action}"
        for rule in rules
        if rule["Effect"] == "Allow"
        for action in as_list(rule["Action"])
        if not {action, f"{rule['Sid']}: {action}"} & NOT_SEEN.keys()
        and not any(covers({**rule, "Action": action}, need) for need in seen)
    ]
