"""What the pages say is there is there: the picture of the flow, paths, names of tests."""

from __future__ import annotations

import fnmatch
import json
import re
from itertools import pairwise, product
from pathlib import Path

import pytest
from stedi import prices

from tests.support.lakehouse import PROJECT, Lakehouse

PAGES = sorted(
    path.relative_to(PROJECT).as_posix()
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "models/**/*.md",
        "packages/*/README.md",
        "examples/*.md",
    )
    for path in PROJECT.glob(pattern)
)
# What building, testing or a user makes: no clone has it.
MADE = (
    *("data/", "target/", "logs/", ".venv/", ".uv/", "profiles.yml"),
    *("infra/.env", "infra/terraform.tfvars"),
)
# A path begins with a folder at the top of the project.
TOP = {path.name for path in PROJECT.iterdir()}
ZONE = re.compile(r"^\s*subgraph (\w+)")


def prose(page: str) -> str:
    """A page without its blocks of code."""
    text = (PROJECT / page).read_text()
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def quoted(page: str) -> list[str]:
    """The texts in backticks of a page."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def exists(path: str, page: str) -> bool:
    """Whether something in the tree has this path; <angle brackets> stand for any name."""
    pattern = re.sub(r"<\w+>|…", "*", path).strip("/")
    return any(any(folder.glob(pattern)) for folder in (PROJECT, (PROJECT / page).parent))


@pytest.mark.parametrize("page", PAGES)
def test_paths_exist(page: str) -> None:
    paths = [
        text
        for text in quoted(page)
        if "/" in text and " " not in text and text.split("/")[0] in TOP
        if not text.startswith(MADE)
    ]
    assert [path for path in paths if not exists(path, page)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_project_exist(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", prose(page))
    missing = {to for to in targets if not (PROJECT / page).parent.joinpath(to).exists()}
    assert missing <= {"accounting.html"}  # make docs puts it beside the lineage site


def anchors(page: Path) -> set[str]:
    """What a link to a heading of a page may name, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", prose(page.as_posix()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_headings_that_links_name_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]*\.md)?#([^)\s]+)\)", prose(page))
    targets = [((PROJECT / page).parent / to if to else PROJECT / page, name) for to, name in links]
    assert [name for to, name in targets if name not in anchors(to)] == []


def test_what_a_build_costs_is_computed_from_the_benchmark() -> None:
    """Each query is billed at least 10 MB, as at 1x, and at most what it reads beside that."""
    benchmark, page = (
        (PROJECT / f"docs/{name}.md").read_text() for name in ("benchmarks", "athena")
    )
    row = r"\| `dbt build` with 1 % new data \| 1x \| \d+ \| ([\d.]+) \|.+\| ([\d.]+) \| \d+ \|"
    ((megabytes, usd),) = re.findall(row, benchmark)
    per_size = float(megabytes) * 1e6 / prices.TB * 5
    computed = (f"{float(usd) + size * per_size:.3f}" for size in (100, 1000))
    assert f"| Athena, a build | {' | '.join([usd, *computed])} |" in page
    assert f"({megabytes} MB in a build)" in page


@pytest.mark.parametrize("page", PAGES)
def test_files_of_tests_and_sql_exist(page: str) -> None:
    tracked = {path.name for path in PROJECT.glob("[!.]*/**/*") if path.is_file()}
    names = {
        text.rpartition("/")[2]
        for text in quoted(page)
        if re.fullmatch(r"[\w./-]*(?:test_\w+\.py|\w+\.sql)", text)
    }
    assert names <= tracked


def picture() -> list[str]:
    """The lines of the README's picture."""
    return (PROJECT / "README.md").read_text().split("```mermaid\n")[1].split("```")[0].split("\n")


def zones_of_picture() -> dict[str, str]:
    """Table -> the zone in whose box it stands."""
    zone, found = "", {}
    for line in picture():
        if begins := ZONE.match(line):
            zone = begins[1]
        elif line.strip() == "end":
            zone = ""
        elif zone:
            for name in re.split(r"[;\s]+", line.strip()):
                assert found.setdefault(name, zone) == zone, f"{name} stands twice"
    return found


def arrows_of_picture() -> set[tuple[str, str]]:
    """(read, reader) for each arrow; `a & b --> c --> d` is three."""
    found = set()
    for line in picture():
        groups = [re.findall(r"\w+", part) for part in line.split("-->")]
        for parents, children in pairwise(groups):
            found |= set(product(parents, children))
    return found


@pytest.fixture(scope="module")
def manifest(lakehouse: Lakehouse) -> dict:
    assert lakehouse.dbt("parse").success
    return json.loads((lakehouse.folder / "target/manifest.json").read_text())


def test_the_privacy_page_names_tests_that_are_run(manifest: dict) -> None:
    claims = (PROJECT / "docs/privacy.md").read_text().split("## How each claim is tested")[1]
    tests = {
        node["name"]
        for node in [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
        if node["resource_type"] in ("test", "unit_test")
    }
    models = {node["name"] for node in manifest["nodes"].values()} - tests
    named = {name for name in re.findall(r"`([a-z_*]+)`", claims) if name not in models}
    assert named
    assert [name for name in sorted(named) if not fnmatch.filter(tests, name)] == []


def test_every_table_stands_in_the_picture_in_its_zone(manifest: dict) -> None:
    expected = {
        node["name"]: node["fqn"][1]
        for node in [*manifest["nodes"].values(), *manifest["sources"].values()]
        if node["resource_type"] in ("model", "source")
        if node.get("source_name") != "secret"
    }
    assert zones_of_picture() == expected


def test_every_arrow_of_the_picture_is_a_reference(manifest: dict) -> None:
    references = {
        (parent.split(".")[-1], node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
    }
    assert arrows_of_picture()
    assert arrows_of_picture() - references == set()
