"""Personal data goes only where it is declared: traced by column, compared with the docs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.support.column_lineage import Lineage
from tests.support.lakehouse import PROJECT, Lakehouse, failure

BEGIN, END = "<!-- personal data: begin -->", "<!-- personal data: end -->"
PRIVATE = ("staging", "intermediate")


@pytest.fixture(scope="module")
def manifest(lakehouse: Lakehouse) -> dict:
    """The manifest of the compiled project."""
    assert lakehouse.dbt("compile").success
    return json.loads((lakehouse.folder / "target/manifest.json").read_text())


def tables(manifest: dict) -> list[dict]:
    """The sources and models."""
    nodes = [*manifest["sources"].values(), *manifest["nodes"].values()]
    return [node for node in nodes if node["resource_type"] in ("source", "model")]


def personal(node: dict) -> dict[str, str | None]:
    """The declared kind of each column: direct, indirect or none."""
    return {
        name: column["config"]["meta"].get("personal") for name, column in node["columns"].items()
    }


def lineage(manifest: dict, **changed: str) -> Lineage:
    """The project's lineage, some models' SQL exchanged."""
    nodes = tables(manifest)
    models = {
        node["name"]: node["compiled_code"] for node in nodes if node["resource_type"] == "model"
    }
    return Lineage(
        models=models | changed,
        sources={n["name"]: list(n["columns"]) for n in nodes if n["resource_type"] == "source"},
        relations={
            f"{node['schema']}.{node.get('alias') or node['identifier']}": node["name"]
            for node in nodes
        },
    )


def leaks(manifest: dict, **changed: str) -> set[str]:
    """Columns of research and machine_learning_curated that hold direct data of landing."""
    traced = lineage(manifest, **changed)
    direct = {
        (node["name"], column)
        for node in tables(manifest)
        if node.get("source_name") == "landing"
        for column, kind in personal(node).items()
        if kind == "direct"
    }
    assert len(direct) == 8, "four columns of a customer, the phone's user, a line of each feed"
    return {
        f"{node['name']}.{column}"
        for node in tables(manifest)
        if node["fqn"][1] == "research" or node["name"] == "machine_learning_curated"
        if node["resource_type"] == "model"
        for column, origins in traced.origins(node["name"]).items()
        if origins & direct
    }


def test_every_column_says_what_is_personal_about_it(manifest: dict) -> None:
    unsaid = [
        f"{node['name']}.{column}"
        for node in tables(manifest)
        for column, kind in personal(node).items()
        if kind not in ("direct", "indirect", "none")
    ]
    assert not unsaid


def test_direct_data_is_declared_wherever_it_goes(manifest: dict) -> None:
    declared = {node["name"]: personal(node) for node in tables(manifest)}
    traced = lineage(manifest)
    for node in tables(manifest):
        if node["resource_type"] == "model":
            carries = {
                column: any(declared[source][name] == "direct" for source, name in origins)
                for column, origins in traced.origins(node["name"]).items()
            }
            says = {column: kind == "direct" for column, kind in personal(node).items()}
            assert says == carries, node["name"]


def test_no_direct_data_reaches_research_or_the_training_table(manifest: dict) -> None:
    assert not leaks(manifest)


@pytest.mark.parametrize(
    ("model", "before", "after", "leaking"),
    [
        (
            "reading_pairs",
            "sha256(pepper.pepper || ':subject:' || people.owner_email)",
            "people.owner_email",
            "reading_pairs.subject_key",
        ),
        (
            "reading_pairs",
            "pepper.pepper || ':subject:' || people.owner_email",
            "':subject:' || people.owner_email",
            "publishable_reading_pairs.subject_key",
        ),
        (
            "reading_pairs",
            "owned_pairs.distancefromobject,\n    owned_pairs.vector_number",
            "length(owned_pairs.owner_email) as distancefromobject,\n    owned_pairs.vector_number",
            "readings.distancefromobject",
        ),
        (
            "machine_learning_curated",
            "device_readings.serialnumber,",
            'coalesce(phone_readings."user", device_readings.serialnumber) as serialnumber,',
            "machine_learning_curated.serialnumber",
        ),
    ],
)
def test_a_leak_is_seen(manifest: dict, model: str, before: str, after: str, leaking: str) -> None:
    sql = next(node["compiled_code"] for node in tables(manifest) if node["name"] == model)
    assert before in sql
    assert leaking in leaks(manifest, **{model: sql.replace(before, after)})


def test_the_privacy_page_lists_the_personal_columns(manifest: dict) -> None:
    page = (PROJECT / "docs/privacy.md").read_text()
    assert page.split(BEGIN)[1].split(END)[0].strip() == personal_table(manifest)


def personal_table(manifest: dict) -> str:
    """The table of docs/privacy.md between its markers."""
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["models"]["stedi"]
    zones = ["landing", *(name for name in settings if not name.startswith("+")), "secret"]
    lines = ["| zone | table | direct | indirect |", "|---|---|---|---|"]
    for node in sorted(
        tables(manifest),
        key=lambda node: (zones.index(node["schema"].partition("_")[2]), node["name"]),
    ):
        kinds = personal(node)
        cells = [
            ", ".join(f"`{column}`" for column in kinds if kinds[column] == kind) or "none"
            for kind in ("direct", "indirect")
        ]
        if cells != ["none", "none"]:
            zone = node["schema"].partition("_")[2]
            lines.append(f"| {zone} | `{node['name']}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def test_staging_and_intermediate_are_private(manifest: dict) -> None:
    access = {
        node["name"]: (node["group"], node["access"])
        for node in tables(manifest)
        if node["resource_type"] == "model" and node["fqn"][1] in PRIVATE
    }
    assert access
    assert set(access.values()) == {("lakehouse", "private")}


def test_research_reads_no_staging(manifest: dict) -> None:
    read = {
        parent
        for node in tables(manifest)
        if node["resource_type"] == "model" and node["fqn"][1] == "research"
        for parent in node["depends_on"]["nodes"]
    }
    assert read
    assert not [parent for parent in read if parent.split(".")[-1].startswith("stg_")]


def test_a_reference_from_outside_is_refused(
    tmp_path: Path, session_environment: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("dbt_project.yml", "selectors.yml"):
        shutil.copy(PROJECT / name, project)
    for name in ("models", "macros", "seeds", "tests"):
        shutil.copytree(PROJECT / name, project / name)
    outsider = project / "models/research/outsider.sql"
    outsider.write_text(
        "{{ config(group=none) }}\nselect 1 as one from {{ ref('customer_versions') }}\n"
    )
    message = failure(Lakehouse(tmp_path, session_environment, project).dbt("parse"))
    assert "model.stedi.customer_versions, which is not allowed" in message
