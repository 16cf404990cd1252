"""scripts/summarize_build.py: what was built, where the lines went, what is next."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import summarize_build
from stedi.command import PROJECT
from stedi.lakehouse import Lakehouse
from stedi.settings import Settings

FEEDS = {"accelerometer": 3, "customer": 1, "step_trainer": 1}  # how many files were read
AUDIT = {
    "row_accounting": "feed varchar, outcome varchar, reject_reasons varchar, row_count bigint",
    "reconciliation": "reason varchar, row_count bigint",
    "plausibility": "check_name varchar, row_count bigint",
}

Summarize = Callable[..., list[str]]


def node(kind: str, zone: str, name: str, description: str = "", **config: object) -> dict:
    return {
        "resource_type": kind,
        "schema": f"dev_{zone}",
        "identifier" if kind == "source" else "alias": name,
        "description": description,
        "config": config,
    }


NODES = [
    node("model", "zoo", "animals", "Animals."),
    node("model", "curated", "pairs", "One row per pair,\nof both. Not more."),
    node("model", "research", "all_of_it", "One row for all of it."),
    node("model", "trusted", "people", "One row per " + "word " * 40),
    node("model", "trusted", "helper", materialized="ephemeral"),
    node("seed", "expected", "counts", "One row per count."),
    node("source", "landing", "accelerometer_landing", "One row per line of the phone"),
    node("source", "secret", "pepper", "One row per secret.", docs={"show": False}),
    *(node("model", "staging", f"stg_{feed}", "One row per line.") for feed in FEEDS),
    *(node("model", "audit", name, "One row per thing.") for name in AUDIT),
]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a build leaves behind: a manifest and a database."""
    manifest = {"nodes": dict(enumerate(NODES)), "sources": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    database = tmp_path / "my.duckdb"
    with duckdb.connect(str(database)) as connection:
        for zone in ("landing", "staging", "trusted", "curated", "research", "zoo", "audit"):
            connection.execute(f"create schema dev_{zone}")
        for feed, files in FEEDS.items():
            connection.execute(
                f"create table dev_staging.stg_{feed} as "
                f"select 'file ' || range % {files} as source_file from range(1234)"
            )
        connection.execute("create table dev_curated.pairs (pair integer)")
        connection.execute("create table dev_zoo.animals as from range(7)")
        connection.execute(
            "create table dev_curated.machine_learning_curated as "
            "select true as is_same_person, range < 5 as is_consented_at_capture from range(9)"
        )
        for name, columns in AUDIT.items():
            connection.execute(f"create table dev_audit.{name} ({columns})")
    for name in ("STEDI_LANDING", "STEDI_DUCKDB", "STEDI_SCHEMA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return Settings("mine", database, "dev", tmp_path)


@pytest.fixture
def summarize(settings: Settings) -> Summarize:
    """A function: rows of the audit tables -> the summary's lines."""

    def run(**audit: list[tuple]) -> list[str]:
        with duckdb.connect(str(settings.database)) as connection:
            for name, rows in audit.items():
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"insert into dev_audit.{name} values ({marks})", rows)
        zones = summarize_build.read_zones(settings)
        return summarize_build.summarize(Lakehouse(settings), settings, zones).splitlines()

    return run


def entry(lines: list[str], lead: str) -> str:
    """The text under a lead, as one line."""
    start = next(number for number, line in enumerate(lines) if line.startswith(lead))
    end = start + 1
    while end < len(lines) and lines[end].startswith("     "):
        end += 1
    return " ".join(" ".join(lines[start:end]).split())


def test_tables_stand_in_the_order_of_the_pipeline(summarize: Summarize) -> None:
    rows = [" ".join(line.split()) for line in summarize()[1:12]]
    assert rows[:5] == [
        "zone table rows one row per",
        "landing accelerometer_landing 1,234 line of the phone",
        "staging stg_accelerometer 1,234 line",
        "staging stg_customer 1,234 line",
        "staging stg_step_trainer 1,234 line",
    ]
    assert rows[5].startswith("trusted people not built word word") and rows[5].endswith(" …")
    assert rows[6:10] == [
        "curated pairs 0 pair, of both",
        "research all_of_it not built all of it",
        "zoo animals 7",
        "audit 3 tables where every line went: see below",
    ]
    assert rows[10] == ""


def test_lines_and_pairs_add_up_and_the_good_ones_stand_first(summarize: Summarize) -> None:
    lines = summarize(
        row_accounting=[
            ("accelerometer", "no_consent", None, 4000),
            ("accelerometer", "kept", None, 3000),
            ("accelerometer", "rejected", "unreadable_json", 5),
            ("accelerometer", "rejected", "missing_user,invalid_x", 2),
            ("step_trainer", "kept", None, 1),
        ],
        reconciliation=[("other_person", 2700), ("not_consented", 8956), ("right", 32025)],
        plausibility=[("moments_with_two_distances", 3), ("born_before", 0)],
    )
    assert "lines     accelerometer 7,007 = 3,000 kept + 4,000 no_consent + 7 rejected" in lines
    assert "lines     step_trainer 1 = 1 kept" in lines
    expected = "published 43,681 = 32,025 right + 8,956 not_consented + 2,700 other_person"
    assert f"pairs     {expected}" in lines
    assert "odd       kept, but look: 3 moments with two distances" in lines
    assert ".venv/bin/python scripts/show_rejected.py" in lines
    assert (
        entry(lines, "WARNING")
        == "WARNING accelerometer: 7 rejected (unreadable_json 5, missing_user,invalid_x 2) "
        "docs/runbooks/rejected_records.md says what to do; to see the lines:"
    )


@pytest.mark.parametrize(("columns", "has_grain"), [("50", False), ("80", True), ("120", True)])
def test_what_is_much_is_wrapped_or_counted(
    summarize: Summarize, monkeypatch: pytest.MonkeyPatch, columns: str, has_grain: bool
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    reasons = ",".join(f"missing_column_{number}" for number in range(2))
    lines = summarize(
        row_accounting=[
            *(("accelerometer", f"a_long_outcome_{number}", None, 10**9) for number in range(12)),
            *(
                ("accelerometer", "rejected", f"{reasons}{number}", 100 - number)
                for number in range(20)
            ),
        ]
    )
    assert entry(lines, "WARNING").count("missing_column_0") == 3
    assert "17 other kinds) docs/runbooks" in entry(lines, "WARNING")
    assert entry(lines, "lines").count(" + ") == 12
    assert all(len(line) <= int(columns) for line in lines if "my.duckdb" not in line)
    assert ("one row per" in lines[1]) == has_grain


def test_what_was_read_and_what_looks_fine_is_said(
    summarize: Summarize, settings: Settings
) -> None:
    lines = summarize(plausibility=[("born_before", 0)])
    assert (
        "landing   mine: 5 files loaded so far (customer 1, accelerometer 3, step_trainer 1)"
        in lines
    )
    assert entry(lines, "database") == f"database {settings.database} (DuckDB)"
    assert not any(line.startswith(("WARNING", "odd", "pairs")) for line in lines)
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute(
            "delete from dev_staging.stg_accelerometer; drop schema dev_audit cascade"
        )
    assert "WARNING   accelerometer is empty: none of its files has a record" in summarize()


def test_a_table_that_is_not_there_is_not_taken_for_empty(
    summarize: Summarize, settings: Settings
) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("drop table dev_staging.stg_customer")
    lines = summarize()
    assert "WARNING   stg_customer is not built: what was read is not known" in lines
    assert "landing   mine: 4 files loaded so far (accelerometer 3, step_trainer 1)" in lines
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("drop schema dev_staging cascade")
    lines = summarize()
    assert "landing   mine" in lines and "is empty" not in "".join(lines)


@pytest.mark.parametrize("name", ["my.duckdb", 'it\'s "$HOME" `x` ü.duckdb'])
def test_the_query_works_as_printed(settings: Settings, name: str) -> None:
    database = settings.database.rename(settings.database.with_name(name))
    settings = dataclasses.replace(settings, database=database)
    summary = summarize_build.summarize(Lakehouse(settings), settings, {})
    _, _, code = summary.partition("\n.venv/bin/python ")
    command = f".venv/bin/python {code}"
    here = command.replace(".venv/bin/python", sys.executable, 1)
    shown = subprocess.run(["sh", "-c", here], capture_output=True, text=True, check=True).stdout
    assert "right_pairs" in shown
    assert " 5 " in shown


def test_the_command_for_rejected_lines_finds_the_same_lakehouse(
    summarize: Summarize, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEDI_LANDING", "a b")
    lines = summarize(row_accounting=[("accelerometer", "rejected", "unreadable_json", 5)])
    assert "STEDI_LANDING='a b' .venv/bin/python scripts/show_rejected.py" in lines
    assert (PROJECT / "scripts/show_rejected.py").exists()


def test_on_athena_two_queries_tell_all_and_commands_name_their_account(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OnAthena(Lakehouse):
        """The same tables, read as those in Athena are."""

        target = "athena"

        def rows(self, sql: str) -> Iterator[tuple]:
            queries.append(sql)
            return super().rows(sql)

    queries: list[str] = []

    with duckdb.connect(str(settings.database)) as connection:
        connection.execute(
            "create schema dev_secret; create view dev_secret.pepper as select 1 as pepper; "
            "create view dev_landing.accelerometer_landing as select 1 as line; "
            "insert into dev_audit.row_accounting values ('customer', 'rejected', 'x', 1); "
            "create table dev_research.dataset_fingerprint as select 'ab12' as content_sha256"
        )
    (settings.target / "run_results.json").write_text('{"results": []}')
    local = Lakehouse(settings)
    zones = summarize_build.read_zones(settings)
    on_duckdb = summarize_build.summarize(local, settings, {**zones}).splitlines()
    local.connection.close()
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("STEDI_WORK_GROUP", "a b")
    lines = summarize_build.summarize(OnAthena(settings), settings, zones).splitlines()
    assert len(queries) == 2
    assert not re.search("landing|secret", " ".join(queries))
    differ = [line for line in lines if line not in on_duckdb]
    there = "AWS_REGION=eu-west-1 STEDI_WORK_GROUP='a b' .venv/bin/python scripts/"
    assert differ == [
        f"{there}show_rejected.py --target athena",
        f"database  {settings.database}",
        "docs      make docs TARGET=athena: the lineage, and where the lines went as figures",
        f"{there}query.py 'select count(*) as right_pairs",
        "where is_same_person and is_consented_at_capture'",
    ]
    assert "data set  ab12" in lines


def test_tables_that_were_not_built_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    file = settings.target / "run_results.json"
    file.write_text(json.dumps({"results": results}))
    monkeypatch.setenv("DBT_TARGET_PATH", str(settings.target))
    monkeypatch.setenv("STEDI_DUCKDB", str(settings.database))
    monkeypatch.setenv("STEDI_SCHEMA", "dev")
    assert summarize_build.main([]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "No summary: a, b could not be built, see above.\n")
    file.write_text(json.dumps({"results": results[2:]}))
    assert summarize_build.main([]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("\nzone ")
    assert said.err == "FAILED    t, m: the tables were made, see above.\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run_results", '{"results": [{"uni'),
        ("run_results", "[]"),
        ("run_results", '{"results": [{"unique_id": "model"}]}'),
        ("manifest", '{"nodes": {}}'),
        ("manifest", '{"sources": {}, "nodes": {"a": {}}}'),
    ],
)
def test_what_dbt_has_not_written_whole_is_no_traceback(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys, name: str, text: str
) -> None:
    (settings.target / "run_results.json").write_text('{"results": []}')
    (settings.target / f"{name}.json").write_text(text)
    monkeypatch.setenv("DBT_TARGET_PATH", str(settings.target))
    assert summarize_build.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{settings.target} holds no whole run of dbt, run make build" in line


def test_nothing_built_yet_is_no_traceback(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, str(PROJECT / "scripts/summarize_build.py")],
        env={**os.environ, "DBT_TARGET_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "error: there is nothing to list yet, run make build" in line
    assert "Traceback" not in result.stderr
