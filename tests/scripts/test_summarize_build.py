"""The end of a build: where the lines went, what looks odd, on one screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import summarize_build

from tests.project.test_front_door import PROJECT

FEEDS = ("customer", "accelerometer", "step_trainer")
AUDIT = {
    "row_accounting": "feed varchar, outcome varchar, row_count bigint",
    "reconciliation": "reason varchar, row_count bigint",
    "plausibility": "check_name varchar, row_count bigint",
    "rejected_records": "feed varchar",
}
# As many tables as a build makes, and some to come.
ZONES = {"landing": 3, "consent": 3, "trusted": 3, "curated": 2, "research": 5}

Summarize = Callable[..., list[str]]


def node(kind: str, zone: str, name: str, description: str, **config: object) -> dict:
    return {
        "resource_type": kind,
        "schema": f"stedi_{zone}",
        "identifier" if kind == "source" else "alias": name,
        "description": description,
        "config": config,
    }


@pytest.fixture
def summarize(tmp_path: Path) -> Summarize:
    """A function: rows of the audit tables, rejects by feed -> the summary's lines."""

    def run(rejects: dict[str, dict[str, int]] | None = None, **audit: list[tuple]) -> list[str]:
        names = [(zone, f"{zone}_{n}") for zone, count in ZONES.items() for n in range(count)]
        names += [("staging", f"stg_{feed}") for feed in FEEDS]
        long = "One row per " + "long word " * 30
        nodes = [node("model", zone, name, long) for zone, name in names]
        nodes += [node("model", "audit", name, "One row per thing.") for name in AUDIT]
        nodes += [node("model", "research", "dataset_fingerprint", "One row for all of it. Yes.")]
        pepper = node("source", "secret", "pepper", "One row per secret.", docs={"show": False})
        manifest = {"nodes": dict(enumerate(nodes)), "sources": {"p": pepper}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        database = tmp_path / "stedi.duckdb"
        database.unlink(missing_ok=True)
        with duckdb.connect(str(database)) as connection:
            for zone in ("staging", "audit"):
                connection.execute(f"create schema stedi_{zone}")
            for feed in FEEDS:
                connection.execute(
                    f"create table stedi_staging.stg_{feed} "
                    "(source_file varchar, reject_reasons varchar)"
                )
                for reasons, count in (rejects or {}).get(feed, {}).items():
                    connection.execute(
                        f"insert into stedi_staging.stg_{feed} select 'f', ? from range(?)",
                        [reasons, count],
                    )
            for name, columns in AUDIT.items():
                connection.execute(f"create table stedi_audit.{name} ({columns})")
                for row in audit.get(name, []):
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"insert into stedi_audit.{name} values ({marks})", row)
        settings = summarize_build.Settings("landing", database, "stedi", tmp_path)
        return summarize_build.summarize(settings)

    return run


def test_every_feed_says_where_its_lines_went(summarize: Summarize) -> None:
    lines = summarize(
        row_accounting=[
            ("accelerometer", "no_consent", 4000),
            ("accelerometer", "kept", 3000),
            ("accelerometer", "unreadable_json", 5),
            ("accelerometer", "missing_user,invalid_x", 2),
            ("customer", "kept", 1),
        ]
    )
    start = next(n for n, line in enumerate(lines) if line.startswith("lines"))
    assert lines[start : start + 2] == [
        "lines     accelerometer  7,007 = 3,000 kept + 4,000 no_consent + 7 rejected",
        "          customer       1 = 1 kept",
    ]


def test_the_published_pairs_are_told_apart(summarize: Summarize) -> None:
    lines = summarize(
        reconciliation=[
            ("other_person_or_owner_unknown", 2700),
            ("not_consented_at_capture", 8956),
            ("right", 32025),
        ]
    )
    start = next(n for n, line in enumerate(lines) if line.startswith("pairs"))
    assert " ".join(" ".join(lines[start : start + 2]).split()) == (
        "pairs 43,681 published = 32,025 right + 8,956 not consented at capture + "
        "2,700 other person or owner unknown"
    )


def test_what_looks_odd_is_counted(summarize: Summarize) -> None:
    lines = summarize(plausibility=[("moments_with_two_distances", 3), ("born_before", 0)])
    assert "odd       kept, but look: 3 moments with two distances" in lines
    assert not any(line.startswith("odd") for line in summarize(plausibility=[("a", 0)]))


def test_rejects_are_counted_on_a_line_each(summarize: Summarize) -> None:
    reasons = {f"missing_column_{number}": 30 - number for number in range(20)}
    lines = summarize(rejects={"customer": reasons, "step_trainer": {"unreadable_json": 1}})
    first, second = (line for line in lines if " rejected" in line)
    (hint,) = (line for line in lines if "show_rejected" in line)
    assert first.startswith("WARNING   customer: 410 rejected (missing_column_0 30, missing_")
    assert first.endswith("other kinds)")
    assert second == "WARNING   step_trainer: 1 rejected (unreadable_json 1)"
    assert hint.endswith(".venv/bin/python scripts/show_rejected.py")
    assert (PROJECT / "scripts/show_rejected.py").exists()


def test_the_worst_build_fits_one_screen(summarize: Summarize) -> None:
    outcomes = (PROJECT / "models/audit/_audit__docs.md").read_text().split("| ")
    outcomes = [cell.strip() for cell in outcomes if cell.strip().replace("_", "").isalpha()]
    lines = summarize(
        rejects={
            feed: {f"invalid_sharewithresearchasofdate_{n}": 7 for n in range(40)} for feed in FEEDS
        },
        row_accounting=[
            (feed, outcome, 123_456_789) for feed in FEEDS for outcome in [*outcomes, "kept"]
        ],
        reconciliation=[
            ("right", 10**9),
            ("not_consented_at_capture", 10**9),
            ("other_person_or_owner_unknown", 10**9),
        ],
        plausibility=[(f"something_that_looks_wrong_{n}", 10**6) for n in range(12)],
    )
    assert len(lines) <= 45
    assert all(len(line) <= 100 for line in lines[:-1] if not re.search("database|show_", line))
    assert sum(" more" in line for line in lines) >= 4  # what is left out is counted


def test_the_pepper_is_not_listed_and_the_audit_zone_is_one_line(summarize: Summarize) -> None:
    lines = summarize()
    assert not any(line.startswith("secret") for line in lines)
    assert [line.split()[1:3] for line in lines if line.startswith("audit")] == [["4", "tables"]]
    (fingerprint,) = [line for line in lines if "dataset_fingerprint" in line]
    assert fingerprint.endswith("  all of it")


def test_audit_tables_that_are_not_built_are_left_out(summarize: Summarize, tmp_path: Path) -> None:
    summarize()
    with duckdb.connect(str(tmp_path / "stedi.duckdb")) as connection:
        connection.execute("drop schema stedi_audit cascade")
    settings = summarize_build.Settings("l", tmp_path / "stedi.duckdb", "stedi", tmp_path)
    lines = summarize_build.summarize(settings)
    assert not any(line.startswith(("lines", "pairs", "odd")) for line in lines)


def test_tables_that_were_not_built_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses = {
        "model.stedi.a": "error",
        "model.stedi.b": "skipped",
        "model.stedi.c": "success",
        "seed.stedi.s": "success",
        "test.stedi.t.0123": "fail",
        "test.stedi.u": "warn",
        "unit_test.stedi.m.v": "error",
    }
    results = [{"unique_id": name, "status": status} for name, status in statuses.items()]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    assert summarize_build.find_unbuilt(tmp_path) == (["a", "b"], ["t", "m"])
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    assert summarize_build.main() == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "No summary: a, b could not be built, see above.\n"
