"""Personal data goes only where it is declared: traced by column, compared with the docs."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.support.column_lineage import Lineage
from tests.support.lakehouse import PROJECT, Lakehouse

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


# What a reading measured, and when: all that research may hold of landing, beside pseudonyms.
MEASURED = {
    ("step_trainer_landing", "sensorreadingtime"),
    ("step_trainer_landing", "distancefromobject"),
    *(("accelerometer_landing", axis) for axis in "xyz"),
}
# The training table also names the device.
ALLOWED = {"machine_learning_curated": MEASURED | {("step_trainer_landing", "serialnumber")}}
# Columns that hold no value of landing: pseudonyms, counts, comparisons, an order, a constant.
MADE = {
    *("subject_key", "device_key", "split", "vector_number", "vector_count", "code_version"),
    *("is_same_person", "is_consented_at_capture", "row_count", "subject_count"),
    *("publishable_row_count", "landing_lines", "landing_files"),
}


def leaks(manifest: dict, **changed: str) -> set[str]:
    """Columns of research and machine_learning_curated that hold anything else of landing."""
    traced = lineage(manifest, **changed)
    found = set()
    for node in tables(manifest):
        name = node["name"]
        if node["resource_type"] == "model" and (node["fqn"][1] == "research" or name in ALLOWED):
            for column, origins in traced.origins(name).items():
                if origins - ALLOWED.get(name, MEASURED) or bool(origins) == (column in MADE):
                    found.add(f"{name}.{column}")
    return found


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


def test_research_and_the_training_table_hold_measurements_and_pseudonyms_only(
    manifest: dict,
) -> None:
    assert not leaks(manifest)


@pytest.mark.parametrize(
    ("leaking", "before", "after"),
    [
        ("reading_pairs.subject_key", "pepper.pepper || ':subject:' ||", "':subject:' ||"),
        ("reading_pairs.subject_key", "pepper.pepper ||", "left(pepper.pepper, 0) ||"),
        (
            "reading_pairs.device_key",
            "sha256(pepper.pepper || ':device:' || customers.serialnumber)",
            "customers.serialnumber",
        ),
        (
            "reading_pairs.x",
            "owned_pairs.x",
            "length(string_agg(owned_pairs.owner_email, '' order by owned_pairs.x) over ()) as x",
        ),
        (
            "readings.mean_x",
            "list_avg(list_sort(list(x)))",
            "avg(length(subject_key) order by x) + nullif(1, 1)",
        ),
        ("dataset_fingerprint.code_version", "'v0'", "max(extent.first_captured_at)"),
        (
            "machine_learning_curated.serialnumber",
            "trusted_readings.serialnumber,",
            'lower(numbered_vectors."user") as serialnumber,',
        ),
        (
            "machine_learning_curated.x",
            "numbered_vectors.x,\n    numbered",
            'mode() within group (order by numbered_vectors."user") as x,\n    numbered',
        ),
    ],
)
def test_a_leak_is_seen(manifest: dict, leaking: str, before: str, after: str) -> None:
    model = leaking.partition(".")[0]
    sql = next(node["compiled_code"] for node in tables(manifest) if node["name"] == model)
    assert before in sql
    assert leaking in leaks(manifest, **{model: sql.replace(before, after)})


@pytest.mark.parametrize(
    "value", ["to_json(numbered_vectors)", '(select max("user") from numbered_vectors)']
)
def test_what_cannot_be_traced_is_no_pass(manifest: dict, value: str) -> None:
    sql = next(
        n["compiled_code"] for n in tables(manifest) if n["name"] == "machine_learning_curated"
    )
    changed = sql.replace("trusted_readings.serialnumber,", f"{value} as serialnumber,")
    with pytest.raises((NotImplementedError, AssertionError)):
        assert not leaks(manifest, machine_learning_curated=changed)


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


@pytest.mark.parametrize(
    ("selector", "zones"),
    [
        ("without_research", {"staging", "intermediate", "trusted", "curated", "audit"}),
        ("research", {"research"}),
        ("published", {"staging", "intermediate", "trusted", "curated"}),
        ("audit", {"staging", "intermediate", "trusted", "curated", "audit"}),
    ],
)
def test_a_selector_holds_these_zones_and_no_other(
    lakehouse: Lakehouse, selector: str, zones: set[str]
) -> None:
    listed = lakehouse.dbt(
        *("list", "--selector", selector, "--resource-type", "model"), "--output-keys=unique_id"
    )
    assert {path.split(".")[1] for path in listed.result} == zones


def test_research_reads_no_staging(manifest: dict) -> None:
    read = {
        parent
        for node in tables(manifest)
        if node["resource_type"] == "model" and node["fqn"][1] == "research"
        for parent in node["depends_on"]["nodes"]
    }
    assert read
    assert not [parent for parent in read if parent.split(".")[-1].startswith("stg_")]
