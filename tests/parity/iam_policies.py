"""The IAM policies of docs/, and what requests to the local Athena need of them.

AWS itself evaluates conditions and resources in more ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

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
# What AWS allows everybody: who am I? (A request to STS does not say its operation in its head; the
# adapter makes no other.)
ALWAYS_ALLOWED = {"sts:"}
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


def needs_of(request: dict) -> Iterator[Need]:
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
        for name in named or [HERE["WORK_GROUP"]]:
            yield Need(f"athena:{operation}", root + name)
    else:
        yield Need(f"{service}:{operation}", "*")


def needs_seen(lines: Iterable[str | bytes]) -> set[Need]:
    """What a log of requests shows to be needed."""
    seen = set()
    for line in lines:
        request = json.loads(line)
        is_engine = "boto" not in request["user_agent"].lower()
        for need in needs_of(request):
            if not (is_engine and LOCAL_ENGINE_ONLY.fullmatch(need.action)):
                seen.add(need)
    return {need for need in seen if need.action not in ALWAYS_ALLOWED}


def refused(policy: Path, needs: Iterable[Need]) -> list[Need]:
    """What a policy, filled in for the local Athena, does not allow, or denies."""

    def is_allowed(need: Need) -> bool:
        effects = {each["Effect"] for each in statements(policy, HERE) if covers(each, need)}
        return effects == {"Allow"}

    return sorted((need for need in needs if not is_allowed(need)), key=str)
