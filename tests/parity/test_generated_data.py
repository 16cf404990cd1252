"""The generated data, built and tested in Athena: tables that equal DuckDB's, and nobody's traces.

Athena keeps the text of each statement and its result; Glue the definition of each table.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient

from tests.parity.parity import differences
from tests.support.athena_lakehouse import VARIABLES
from tests.support.lakehouse import PEPPER, PROJECT, failure
from tests.support.traces import occurrences, parts, people_of

# Unit tests read invented rows; the long version of the tests runs them as well.
BUILD = ("build", "--exclude", "test_type:unit", "--threads", "8")


@dataclass(frozen=True)
class Kept:
    """What is left of a build, by the kind of place; and the people of its landing."""

    places: dict[str, list[bytes]]
    people: set[str]


@pytest.fixture(scope="module")
def kept(lakehouse, athena_lakehouse, local_athena, generate) -> Kept:
    """The tables on both engines, with all tests in Athena, and all that this has sent and left."""
    landing = generate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEDI_PUBLISHED_COUNTS", "true")
        result = lakehouse.dbt("run", landing=landing)
        assert result.success, failure(result)
        sent = record_statements(patch)
        result = athena_lakehouse.dbt(*BUILD, landing=landing)
        assert result.success, failure(result)
    places = {
        "statements": [statement.encode() for statement in sent.values()],
        "results": list(results(athena_lakehouse.s3, set(sent))),
        "definitions": list(definitions()),
        "logs": [p.read_bytes() for p in sorted(local_athena.log_folder.glob("*.*"))],
    }
    return Kept(places, set().union(*people_of(landing).values()))


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
        ("results", b"stedi-landing"),
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


def test_the_people_are_in_the_lake(kept: Kept, athena_lakehouse) -> None:
    """Otherwise the test above would look for nobody."""
    rows = athena_lakehouse.query("select email from stedi_trusted.customer_trusted")
    assert rows
    assert {email for (email,) in rows} <= kept.people
