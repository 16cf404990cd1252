"""The IAM policies of docs/athena.md: they are valid, narrow, and what a build needs, no more."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from lakehouse import PROJECT, Lakehouse, failure

GUIDE = (PROJECT / "docs/athena.md").read_text()
BUILD = PROJECT / "docs/athena_policy.json"
READER = PROJECT / "docs/athena_reader_policy.json"
POLICIES = pytest.mark.parametrize("policy", [BUILD, READER], ids=lambda policy: policy.stem)

# Action -> why AWS takes no narrower resource for it than "*".
ANY_RESOURCE: dict[str, str] = {}

READS = re.compile("(athena|glue|s3):(Get|List)[A-Z]")
STATEMENT_KEYS = {"Sid", "Effect", "Action", "Resource", "Condition"}
SERVICE_ARN = re.compile(
    "arn:aws:(athena|glue):REGION:ACCOUNT_ID:"
    "(catalog|(workgroup|database)/[A-Za-z_*]+|table/[A-Za-z_*]+/[A-Za-z_*]+)"
)
BUCKET_ARN = re.compile("arn:aws:s3:::(LANDING|LAKE|RESULTS)_BUCKET(/.*)?")

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

# Allowed, though a build on the local Athena need not ask for it.
NOT_SEEN = {
    "athena:GetWorkGroup": "once a process, which other tests may have spent",
    "athena:StopQueryExecution": "Ctrl-C cancels what runs",
    "glue:CreateDatabase": "the first build only",
    "glue:GetDatabase": "Athena looks a database up; the local engine may know it already",
    "glue:GetPartitions": "Athena may ask a Hive table for partitions; ours have none",
    "s3:GetBucketLocation": "Athena looks where a bucket is before it uses it",
    "s3:AbortMultipartUpload": "large files go in parts, and a failed one is taken back",
    "s3:ListMultipartUploadParts": "as above",
    "s3:ListBucketMultipartUploads": "as above",
}


def statements(policy: Path) -> list[dict]:
    """The statements of a policy, with the names of placeholders in place of these."""
    return json.loads(re.sub(r"\$\{(\w+)\}", r"\1", policy.read_text()))["Statement"]


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def grants(policy: Path) -> Iterator[tuple[str, str]]:
    """Each action with each resource it is allowed on."""
    for statement in statements(policy):
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                yield action, resource


def allowed_actions(policy: Path) -> set[str]:
    return {action for action, _ in grants(policy)}


def actions_seen(lines: Iterable[str | bytes]) -> set[str]:
    """The IAM actions behind a request log, whose lines are {service, operation, user_agent}."""
    seen = set()
    for line in lines:
        request = json.loads(line)
        service, operation = request["service"], request["operation"]
        action = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
        is_engine = "boto" not in request["user_agent"].lower()
        if not (is_engine and LOCAL_ENGINE_ONLY.fullmatch(f"{service}:{action}")):
            seen.add(f"{service}:{action}")
    return seen - ALWAYS_ALLOWED


@POLICIES
def test_policy_is_valid(policy: Path) -> None:
    document = json.loads(policy.read_text())
    assert set(document) == {"Version", "Statement"}
    assert document["Version"] == "2012-10-17"
    assert isinstance(document["Statement"], list) and document["Statement"]
    for statement in document["Statement"]:
        assert {"Sid", "Effect", "Action", "Resource"} <= set(statement) <= STATEMENT_KEYS
        assert re.fullmatch("[A-Za-z0-9]+", statement["Sid"])
        assert statement["Effect"] == "Allow"
        for key in ("Action", "Resource"):
            values = as_list(statement[key])
            assert values and all(isinstance(value, str) for value in values)
            assert len(values) == len(set(values)), f"{statement['Sid']} repeats a {key}"
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(sids) == len(set(sids))


@POLICIES
def test_actions_and_resources_are_narrow(policy: Path) -> None:
    for action, resource in grants(policy):
        assert re.fullmatch("(athena|glue|s3):[A-Z][A-Za-z]+", action)
        if resource == "*":
            assert action in ANY_RESOURCE
        else:
            known = BUCKET_ARN if action.startswith("s3:") else SERVICE_ARN
            assert known.fullmatch(resource), f"{action} on {resource}"


@POLICIES
def test_glue_reaches_own_databases_only(policy: Path) -> None:
    for action, resource in grants(policy):
        if action.startswith("glue:"):
            database = resource.partition("/")[2].partition("/")[0]
            assert re.fullmatch("|default|SCHEMA|SCHEMA_.*", database), f"{action} on {resource}"
            if database in ("default", "SCHEMA"):
                assert action in ("glue:GetDatabase", "glue:GetDatabases", "glue:CreateDatabase")


@POLICIES
def test_landing_is_never_written(policy: Path) -> None:
    for action, resource in grants(policy):
        if "LANDING_BUCKET" in resource:
            assert action in ("s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject")


def test_nobody_deletes_results() -> None:
    on_results = {action for action, resource in grants(BUILD) if "RESULTS_BUCKET" in resource}
    assert "s3:DeleteObject" not in on_results


def test_reader_changes_nothing_but_results_and_reads_the_curated_zone_only() -> None:
    for action, resource in grants(READER):
        if not READS.match(action):
            assert action.startswith("athena:") or "RESULTS_BUCKET/readers/" in resource
        if action == "s3:GetObject":
            assert re.search("LAKE_BUCKET/stedi/SCHEMA_curated/|RESULTS_BUCKET/readers/", resource)
        if action.startswith("glue:GetTable"):
            assert re.search("catalog|database/SCHEMA_curated|table/SCHEMA_curated/", resource)
    for statement in statements(READER):
        if "s3:ListBucket" in as_list(statement["Action"]):
            (prefix,) = statement["Condition"]["StringLike"].values()
            assert prefix in ("stedi/SCHEMA_curated/*", "readers/*")


def test_roles_share_neither_workgroup_nor_results() -> None:
    build, reader = ({resource for _, resource in grants(policy)} for policy in (BUILD, READER))
    assert "arn:aws:s3:::RESULTS_BUCKET/athena/*" in build
    assert "arn:aws:s3:::RESULTS_BUCKET/readers/*" in reader
    shared = {resource for resource in build & reader if not resource.startswith("arn:aws:glue:")}
    assert shared == {"arn:aws:s3:::LAKE_BUCKET", "arn:aws:s3:::RESULTS_BUCKET"}


@POLICIES
def test_placeholders_stand_in_the_guide_and_are_its_variables(policy: Path) -> None:
    names = string.Template(policy.read_text()).get_identifiers()
    first_block = GUIDE.split("```sh\n")[1].split("```")[0]
    for name in names:
        assert f"`${{{name}}}`" in GUIDE
        assert re.search(rf"^export .*\b{name}=", first_block, re.M)
    assert "$" not in string.Template(policy.read_text()).substitute(dict.fromkeys(names, "x"))


def test_the_guide_uses_the_prefixes_that_the_policies_name() -> None:
    assert "STEDI_ATHENA_RESULTS=s3://$RESULTS_BUCKET/athena/" in GUIDE
    assert "STEDI_ATHENA_DATA=s3://$LAKE_BUCKET/stedi/" in GUIDE
    assert 'make_work_group "$WORK_GROUP" athena false' in GUIDE
    assert 'make_work_group "$READER_WORK_GROUP" readers true' in GUIDE


def test_seen_actions_are_named_as_iam_names_them() -> None:
    requests = [
        ("s3", "ListObjectsV2", "Boto3/1.44"),
        ("s3", "HeadObject", "aws-sdk-java/2"),
        ("s3", "DeleteObjects", "Boto3/1.44"),
        ("s3", "CompleteMultipartUpload", "aws-sdk-java/2"),
        ("glue", "GetTable", "aws-sdk-java/2"),
        ("glue", "DeleteColumnStatisticsForTable", "aws-sdk-java/2"),
        ("glue", "GetUserDefinedFunctions", "Boto3/1.44"),
        ("sts", "", "Boto3/1.44"),
    ]
    keys = ("service", "operation", "user_agent")
    assert actions_seen(json.dumps(dict(zip(keys, each, strict=True))) for each in requests) == {
        "s3:ListBucket",
        "s3:GetObject",
        "s3:DeleteObject",
        "s3:PutObject",
        "glue:GetTable",
        "glue:GetUserDefinedFunctions",
    }


@pytest.fixture(scope="module")
def run_logged(athena_lakehouse, local_athena, generate):
    """A function: arguments of dbt -> the IAM actions that the local Athena's endpoint saw."""
    landing = athena_lakehouse.upload(generate("--customers", "20"))

    def run(*arguments: str) -> set[str]:
        log = local_athena.log_folder / "requests.jsonl"
        begin = log.stat().st_size
        # Not the subclass's method, which uploads the landing data first: no build does that.
        result = Lakehouse.dbt(athena_lakehouse, *arguments, landing=landing)
        assert result.success, failure(result)
        with log.open("rb") as lines:
            lines.seek(begin)
            return actions_seen(lines)

    return run


# The landing views, two tables, a seed; of their tests only those that need no other table.
FEW = ("--select", "+customer_trusted", "published_row_counts", "--indirect-selection", "cautious")


@pytest.mark.full
def test_the_policy_is_what_a_build_needs(run_logged) -> None:
    seen = run_logged("build", *FEW)
    seen |= run_logged("run", *FEW)  # a table is replaced otherwise than it is made
    allowed = allowed_actions(BUILD)
    assert seen <= allowed, "the build's policy lacks an action"
    assert allowed - seen <= set(NOT_SEEN), "the build's policy allows what nobody asks for"


@pytest.mark.full
@pytest.mark.parametrize(
    "command",
    [("test", "--store-failures", *FEW), ("seed", "--full-refresh"), ("docs", "generate")],
    ids=" ".join,
)
def test_the_policy_allows_every_command(run_logged, command: tuple[str, ...]) -> None:
    assert run_logged(*command) <= allowed_actions(BUILD)
