"""What a user of the athena target runs, one command after the other: it works, and is allowed.

What a command needs to be allowed is read off the local Athena's log of requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import boto3
import pytest
from dbt.cli.main import dbtRunnerResult

from tests.parity.iam_policies import BUILD, HERE, Need, refused, statements, unused, watched
from tests.support.lakehouse import failure

pytestmark = pytest.mark.full

COMMANDS = (
    ("run",),
    ("run", "--select", "customer_trusted"),  # replaced in another way than made
    ("build", "--full-refresh", "--selector", "everything"),
    ("build",),  # seeds too are there already
    ("test", "--store-failures"),
    ("run-operation", "maintain_staging"),
    ("source", "freshness"),
    ("docs", "generate"),
)
# Only of landing by arrival are days registered, and asked for.
BY_ARRIVAL = (
    ("run", "--select", "staging", "--full-refresh"),
    ("run", "--select", "staging"),
)
ALL = COMMANDS + BY_ARRIVAL


@dataclass(frozen=True)
class Done:
    """What came of a command, and what the endpoint saw to be needed for it."""

    result: dbtRunnerResult
    needs: set[Need]


@pytest.fixture(scope="module")
def done(athena_lakehouse, local_athena, generate) -> dict[tuple[str, ...], Done]:
    """All commands, run in their order on the landing place that the guide and the policy name."""
    flat, by_arrival = generate(), generate("--arrival")

    def run(command: tuple[str, ...]) -> Done:
        with watched(local_athena) as needs:
            result = athena_lakehouse.dbt(*command)
        return Done(result, needs)

    athena_lakehouse.upload(flat)
    made = {command: run(command) for command in COMMANDS}
    athena_lakehouse.upload(by_arrival)
    return made | {command: run(command) for command in BY_ARRIVAL}


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_command_is_green(done, command: tuple[str, ...]) -> None:
    result = done[command].result
    assert result.success, failure(result)


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_the_build_s_policy_allows_it(done, command: tuple[str, ...]) -> None:
    assert done[command].needs
    assert refused(BUILD, done[command].needs) == []


def test_the_build_s_policy_allows_no_more(done) -> None:
    seen = set().union(*(each.needs for each in done.values()))
    assert [need for need in seen if "stedi-secret/stedi/pepper" in need.resource]
    assert unused(statements(BUILD, HERE), seen) == []


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
