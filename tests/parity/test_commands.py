"""What a user of the athena target runs, one command after the other: it works, and is allowed.

What a command needs to be allowed is read off the local Athena's log of requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import boto3
import pytest
from dbt.cli.main import dbtRunnerResult

from tests.parity.iam_policies import (
    BUILD,
    HERE,
    Need,
    as_list,
    covers,
    needs_seen,
    refused,
    statements,
)
from tests.support.lakehouse import failure

pytestmark = pytest.mark.full

COMMANDS = (
    ("run",),
    ("run", "--select", "customer_trusted"),  # replaced in another way than made
    ("build", "--full-refresh", "--selector", "everything", "--threads", "8"),
    ("build", "--threads", "8"),  # seeds too are there already
    ("test", "--store-failures"),
    ("docs", "generate"),
)

# Allowed, though a build on the local Athena need not ask for it. Some of one statement only.
NOT_SEEN = {
    "athena:GetWorkGroup": "once a process, which other tests may have spent",
    "athena:StopQueryExecution": "Ctrl-C cancels what runs",
    "athena:ListQueryExecutions": "scripts/build_cost.py: test_generated_data.py",
    "athena:BatchGetQueryExecution": "as above",
    "glue:CreateDatabase": "the first build only",
    "glue:GetDatabase": "Athena looks a database up; the local engine may know it already",
    "glue:GetPartitions": "Athena may ask a Hive table for partitions; ours have none",
    "s3:GetBucketLocation": "Athena looks where a bucket is before it uses it",
    "s3:AbortMultipartUpload": "large files go in parts, and a failed one is taken back",
    "s3:ListMultipartUploadParts": "as above",
    "s3:ListBucketMultipartUploads": "as above",
    "WriteAndReadResults: s3:GetObject": "Athena fetches results from S3; the local one keeps them",
    "ListResults: s3:ListBucket": "as above",
}


@dataclass(frozen=True)
class Done:
    """What came of a command, and what the endpoint saw to be needed for it."""

    result: dbtRunnerResult
    needs: set[Need]


@pytest.fixture(scope="module")
def done(athena_lakehouse, local_athena, generate) -> dict[tuple[str, ...], Done]:
    """All commands, run in their order on the landing place that the guide and the policy name."""
    athena_lakehouse.upload(generate())
    log = local_athena.log_folder / "requests.jsonl"

    def run(command: tuple[str, ...]) -> Done:
        begin = log.stat().st_size
        result = athena_lakehouse.dbt(*command)
        with log.open("rb") as lines:
            lines.seek(begin)
            return Done(result, needs_seen(lines))

    return {command: run(command) for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_command_is_green(done, command: tuple[str, ...]) -> None:
    result = done[command].result
    assert result.success, failure(result)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_build_s_policy_allows_it(done, command: tuple[str, ...]) -> None:
    assert done[command].needs
    assert refused(BUILD, done[command].needs) == []


def test_the_build_s_policy_allows_no_more(done) -> None:
    seen = set().union(*(each.needs for each in done.values()))
    assert [need for need in seen if "stedi-secret/stedi/pepper" in need.resource]
    unused = [
        f"{statement['Sid']}: {action}"
        for statement in statements(BUILD, HERE)
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        if not {action, f"{statement['Sid']}: {action}"} & NOT_SEEN.keys()
        and not any(covers({**statement, "Action": action}, need) for need in seen)
    ]
    assert unused == []


def test_docs_know_every_table_and_its_columns(done, athena_lakehouse) -> None:
    folder = athena_lakehouse.folder / "target"
    catalog = json.loads((folder / "catalog.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    models = {name for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert models <= set(catalog["nodes"])
    assert set(manifest["sources"]) == set(catalog["sources"])
    for name in models:
        assert set(catalog["nodes"][name]["columns"]) == set(manifest["nodes"][name]["columns"])


def test_glue_holds_the_descriptions(done) -> None:
    glue = boto3.Session().client("glue")
    table = glue.get_table(DatabaseName="stedi_trusted", Name="customer_trusted")["Table"]
    assert table["Description"].startswith("One row per customer")
    assert all(column["Comment"] for column in table["StorageDescriptor"]["Columns"])
