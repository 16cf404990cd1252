"""The generated data, built and tested in Athena: tables that equal DuckDB's, and nobody's traces.

Athena keeps the text of each statement and its result; Glue the definition of each table.
"""

from __future__ import annotations

import base64
import json
import math
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import build_cost
import preflight
import pytest
import summarize_build
from botocore.client import BaseClient

from tests.parity.iam_policies import BUILD, refused, watched
from tests.parity.parity import differences
from tests.support.athena_lakehouse import VARIABLES
from tests.support.lakehouse import PEPPER, PROJECT, failure
from tests.support.traces import occurrences, parts, people_of

# Unit tests read invented rows; the long version of the tests runs them as well.
PROBES = ("build", "--select", "path:seeds/probes", "tag:reads_landing")
MOST_STATEMENTS = 250  # of a build, first or later; docs/athena.md, "What it costs"


@dataclass(frozen=True)
class Kept:
    """What is left of a build, by the kind of place; the people of its landing; its statements."""

    places: dict[str, list[bytes]]
    people: set[str]
    executions: list[str]
    artifacts: Path


@pytest.fixture(scope="module")
def kept(lakehouse, athena_lakehouse, local_athena, generate, tmp_path_factory) -> Kept:
    """The tables on both engines, with all tests in Athena, and all that this has sent and left."""
    landing = generate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEDI_PUBLISHED_COUNTS", "true")
        result = lakehouse.dbt("run", landing=landing)
        assert result.success, failure(result)
        sent = record_statements(patch)
        result = athena_lakehouse.dbt("build", landing=landing)
        assert result.success, failure(result)
        executions = list(sent)
        artifacts = tmp_path_factory.mktemp("artifacts")
        for name in ("manifest.json", "run_results.json"):
            shutil.copy(athena_lakehouse.folder / "target" / name, artifacts)
        result = athena_lakehouse.dbt(*PROBES)
        assert result.success, failure(result)
    places = {
        "statements": [statement.encode() for statement in sent.values()],
        "results": list(results(athena_lakehouse.s3, set(sent))),
        "definitions": list(definitions()),
        "logs": [p.read_bytes() for p in sorted(local_athena.log_folder.glob("*.*"))],
    }
    return Kept(places, set().union(*people_of(landing).values()), executions, artifacts)


def record_statements(patch: pytest.MonkeyPatch) -> dict[str, str]:
    """The statements that this process sends to Athena from now on, by the id of the execution."""
    sent: dict[str, str] = {}
    call = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, parameters: dict) -> dict:
        answer = call(client, operation, parameters)
        if operation == "StartQueryExecution":
            sent[answer["QueryExecutionId"]] = parameters["QueryString"]
        return answer

    patch.setattr(BaseClient, "_make_api_call", recorded)
    return sent


def results(s3: BaseClient, executions: set[str]) -> Iterator[bytes]:
    """The results of statements; people may have asked for other ones."""
    bucket = VARIABLES["STEDI_ATHENA_RESULTS"].split("/")[2]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            if Path(entry["Key"]).name.partition(".")[0] in executions:
                yield s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()


def definitions() -> Iterator[bytes]:
    """All tables of Glue as JSON; the SQL of a view is in it as base64."""
    glue = boto3.Session().client("glue")
    for page in glue.get_paginator("get_databases").paginate():
        for database in page["DatabaseList"]:
            tables = glue.get_paginator("get_tables").paginate(DatabaseName=database["Name"])
            for table in (table for page in tables for table in page["TableList"]):
                yield json.dumps(table, default=str).encode()
                if view := re.search(r"/\* Presto View: (\S+)", table.get("ViewOriginalText", "")):
                    yield base64.b64decode(view[1])


def test_every_table_is_equal(kept: Kept, lakehouse, athena_lakehouse, tmp_path: Path) -> None:
    found = differences(lakehouse, athena_lakehouse, tmp_path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("statements", b"stedi_secret"),
        ("results", b"should_warn"),
        ("definitions", b"stedi-secret"),
        ("logs", b"StartQueryExecution"),
    ],
)
def test_neither_pepper_nor_people_stand_in(kept: Kept, place: str, found: bytes) -> None:
    text = b"\n".join(kept.places[place])
    assert found in text  # it was looked at in the right place
    assert not occurrences(parts(PEPPER) | kept.people, text)


def test_the_demo_pepper_is_refused(kept: Kept, athena_lakehouse) -> None:
    """On S3 nothing is generated, though these data were."""
    athena_lakehouse.put_pepper((PROJECT / "seeds/demo_pepper/pepper").read_text().strip())
    try:
        message = failure(athena_lakehouse.dbt("run", "--select", "reading_pairs"))
    finally:
        athena_lakehouse.put_pepper(PEPPER)
    assert f"below STEDI_SECRET ({VARIABLES['STEDI_SECRET']}) is the demo pepper" in message


def test_the_cost_of_the_build_is_the_sum_of_its_statements(
    kept: Kept, athena_lakehouse, local_athena, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    athena_lakehouse.enter()
    monkeypatch.setenv("DBT_TARGET_PATH", str(kept.artifacts))
    with watched(local_athena) as needs:
        assert build_cost.main(["--all"]) == 0
    assert refused(BUILD, needs) == []
    assert {need.action for need in needs} == {
        "athena:ListQueryExecutions",
        "athena:BatchGetQueryExecution",
    }
    billed = []  # MB
    for execution in kept.executions:
        described = athena_lakehouse.athena.get_query_execution(QueryExecutionId=execution)
        scanned = described["QueryExecution"]["Statistics"]["DataScannedInBytes"]
        if scanned or described["QueryExecution"]["StatementType"] == "DML":
            billed.append(max(10, math.ceil(scanned / 2**20)))
    first, *lines = capsys.readouterr().out.splitlines()
    assert f" {len(kept.executions)} queries, " in first
    assert first.endswith(f"about {sum(billed) * 5 / 2**20:.6f} USD")
    rows = [line.split() for line in lines if line[-1:].isdigit()]
    names = {row[1] for row in rows if row[0] in ("model", "test", "seed") and len(row) > 4}
    assert names == {node.split(".")[2] for node in made(kept)}


def test_preflight_and_summary_need_no_more_than_the_build(
    kept: Kept, athena_lakehouse, local_athena, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    athena_lakehouse.enter()
    monkeypatch.setenv("DBT_TARGET_PATH", str(kept.artifacts))
    with watched(local_athena) as before:
        assert preflight.main([]) == 0
    sent = record_statements(monkeypatch)
    with watched(local_athena) as after:
        assert summarize_build.main(["--target", "athena"]) == 0
    assert refused(BUILD, before | after) == []
    assert {need.action for need in before} == {
        *("athena:GetWorkGroup", "s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"),
        "glue:GetDatabase",
    }
    assert "athena:StartQueryExecution" in {need.action for need in after} and len(sent) == 2
    assert not any("secret" in need.resource for need in after)
    assert "43,681 = 32,025 right" in capsys.readouterr().out


def test_a_build_has_few_statements(kept: Kept) -> None:
    """Each is billed as 10 MB at least, whatever it reads."""
    statements = kept.places["statements"][: len(kept.executions)]
    others = [each for each in statements if b" rename to " not in each]
    models = [name for name in made(kept) if name.startswith("model.")]
    assert len(models) > 20
    assert len(others) + 2 * len(models) <= MOST_STATEMENTS  # a later build renames each twice


def made(kept: Kept) -> set[str]:
    """What the build has made or tested."""
    results = json.loads((kept.artifacts / "run_results.json").read_text())["results"]
    nodes = {result["unique_id"] for result in results if result["status"] != "no-op"}
    return {node for node in nodes if not node.startswith("operation.")}  # on-run-start


def test_the_people_are_in_the_lake(kept: Kept, athena_lakehouse) -> None:
    """Otherwise the test above would look for nobody."""
    rows = athena_lakehouse.query("select email from stedi_trusted.customer_trusted")
    assert rows
    assert {email for (email,) in rows} <= kept.people
