"""The other commands a user of the athena target gives."""

from __future__ import annotations

import json
import os

import boto3
import pytest
from lakehouse import failure

pytestmark = pytest.mark.full


@pytest.fixture(scope="module", autouse=True)
def first_build(athena_lakehouse, generate):
    """What is there; every command finds the same landing root."""
    result = athena_lakehouse.dbt("run", landing=generate())
    assert result.success, failure(result)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(athena_lakehouse.variables, "STEDI_LANDING", os.environ["STEDI_LANDING"])
        yield


@pytest.mark.parametrize(
    "command",
    [
        ("build", "--full-refresh", "--threads", "8"),
        ("test", "--store-failures"),
    ],
)
def test_command_is_green_on_what_is_there(athena_lakehouse, command: tuple[str, ...]) -> None:
    result = athena_lakehouse.dbt(*command)
    assert result.success, failure(result)


def test_docs_know_every_table_and_its_columns(athena_lakehouse) -> None:
    result = athena_lakehouse.dbt("docs", "generate")
    assert result.success
    folder = athena_lakehouse.folder / "target"
    catalog = json.loads((folder / "catalog.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    models = {name for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert models <= set(catalog["nodes"])
    assert set(manifest["sources"]) == set(catalog["sources"])
    for name in models:
        assert set(catalog["nodes"][name]["columns"]) == set(manifest["nodes"][name]["columns"])


def test_glue_holds_the_descriptions(athena_lakehouse) -> None:
    glue = boto3.Session().client("glue")
    table = glue.get_table(DatabaseName="stedi_trusted", Name="customer_trusted")["Table"]
    assert table["Description"].startswith("One row per customer")
    assert all(column["Comment"] for column in table["StorageDescriptor"]["Columns"])
