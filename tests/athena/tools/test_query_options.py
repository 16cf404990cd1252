"""scripts/query.py: where settings and SQL come from, and what it costs."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from athena_query import cli, cost
from athena_query.execution import Execution
from athena_server import (
    CANCELLED,
    FAILED,
    ID,
    SQL,
    SUCCEEDED,
    Athena,
    error,
    run,
)

# Settings


def test_settings_come_from_the_variables_of_the_profile(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEDI_WORK_GROUP", "analysts")
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "s3://results/x/")
    assert run(SQL) == 0
    request = athena.request("StartQueryExecution")
    assert request.pop("ClientRequestToken")
    assert request == {
        "QueryString": SQL,
        "WorkGroup": "analysts",
        "ResultConfiguration": {"OutputLocation": "s3://results/x/"},
    }


def test_options_win_over_variables(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEDI_WORK_GROUP", "analysts")
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "s3://results/x/")
    monkeypatch.delenv("AWS_REGION")
    options = [
        "--work-group",
        "mine",
        "--output-location",
        "s3://mine/",
        "--database",
        "stedi_curated",
    ]
    assert run(SQL, *options, "--region", "eu-west-1") == 0
    request = athena.request("StartQueryExecution")
    assert request["WorkGroup"] == "mine"
    assert request["ResultConfiguration"] == {"OutputLocation": "s3://mine/"}
    assert request["QueryExecutionContext"] == {"Database": "stedi_curated"}


def test_empty_variables_count_as_unset(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEDI_WORK_GROUP", "")
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "")
    monkeypatch.setenv("AWS_REGION", "")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert run(SQL) == 0
    request = athena.request("StartQueryExecution")
    assert request["WorkGroup"] == "primary" and "ResultConfiguration" not in request


def test_aws_region_wins_as_it_does_for_dbt(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = []
    connect = cli.run.__globals__["connect"]

    def spy(*arguments: Any) -> Any:
        client = connect(*arguments)
        regions.append(client.meta.region_name)
        return client

    monkeypatch.setattr("athena_query.command.connect", spy)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert run(SQL) == 0 and run(SQL, "--region", "eu-west-3") == 0
    assert regions == ["eu-central-1", "eu-west-3"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"AWS_REGION": None}, "set AWS_REGION"),
        ({"AWS_REGION": "eu west"}, "set AWS_REGION"),
        ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "set AWS_PROFILE"),
        ({"AWS_SECRET_ACCESS_KEY": None}, "AWS_SECRET_ACCESS_KEY"),
        ({"AWS_PROFILE": "nobody"}, "correct --profile or AWS_PROFILE"),
        ({"AWS_ENDPOINT_URL": "nowhere"}, "correct AWS_ENDPOINT_URL"),
    ],
)
def test_missing_settings_say_what_to_set(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, capsys, changes: dict, said: str
) -> None:
    for name, value in changes.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    assert run(SQL) == 2
    assert said in error(capsys) and athena.requests == []


def test_an_unknown_profile_is_named(athena: Athena, capsys) -> None:
    assert run(SQL, "--profile", "nobody") == 2
    assert "nobody" in error(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [SQL, "--file", "x.sql"],
        [SQL, "--max-rows", "0"],
        [SQL, "--max-rows", "-1"],
        [SQL, "--price-per-tb", "-1"],
        [SQL, "--price-per-tb", "nan"],
        [SQL, "--output-location", "/tmp"],
        [SQL, "--format", "xml"],
    ],
)
def test_wrong_options_are_refused(athena: Athena, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2 and athena.requests == []


def test_a_results_variable_that_is_no_place_on_s3_is_refused(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "results")
    with pytest.raises(SystemExit):
        run(SQL)
    assert "s3://bucket/prefix/" in capsys.readouterr().err


# Where the SQL comes from


def test_sql_comes_from_a_file(athena: Athena, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_bytes("\ufeffselect 'é'\n".encode())
    assert run("--file", str(tmp_path / "x.sql")) == 0
    assert athena.request("StartQueryExecution")["QueryString"] == "select 'é'\n"


def test_sql_comes_from_stdin(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 2\n"))
    assert run("-") == 0
    assert athena.request("StartQueryExecution")["QueryString"] == "select 2\n"


def test_sql_may_begin_with_a_comment(athena: Athena) -> None:
    assert run("-- why\nselect 1") == 0


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_sql_is_named(athena: Athena, tmp_path: Path, capsys, content) -> None:
    path = tmp_path / "x.sql"
    if content is not None:
        path.write_bytes(content)
    assert run("--file", str(path)) == 2
    assert str(path) in error(capsys) and athena.requests == []


# What it costs


@pytest.mark.parametrize(
    ("state", "kind", "scanned", "billed"),
    [
        (SUCCEEDED, "DML", 0, 10 << 20),
        (SUCCEEDED, "DML", 10 << 20, 10 << 20),
        (SUCCEEDED, "DML", (10 << 20) + 1, 11 << 20),
        (SUCCEEDED, "", 1, 10 << 20),
        (SUCCEEDED, "DDL", 0, 0),
        (SUCCEEDED, "DDL", 5 << 30, 5 << 30),  # CREATE TABLE AS scans what it selects
        (SUCCEEDED, "UTILITY", 0, 0),
        (SUCCEEDED, "UTILITY", 1, 10 << 20),  # EXPLAIN ANALYZE runs its query
        (FAILED, "DML", 5 << 30, 0),
        (CANCELLED, "DML", 0, 0),
        (CANCELLED, "DML", 5 << 30, 5 << 30),
    ],
)
def test_bytes_are_billed_by_athenas_rules(
    state: str, kind: str, scanned: int, billed: int
) -> None:
    assert cost.billed_bytes(Execution(ID, state, "", kind, scanned)) == billed


@pytest.mark.parametrize(
    ("scanned", "price", "text"),
    [
        (1 << 40, 5.0, "1.0 TB scanned, about 5.00 USD"),
        (3 << 40, 6.75, "3.0 TB scanned, about 20.25 USD"),
        (1 << 50, 5.0, "1,024.0 TB scanned, about 5,120.00 USD"),
        (1, 5.0, "1 bytes scanned, about 0.000048 USD"),
        (1, 0.0, "1 bytes scanned, free"),
        (1023, 5.0, "1,023 bytes scanned, about 0.000048 USD"),
        (1536, 5.0, "1.5 kB scanned, about 0.000048 USD"),
    ],
)
def test_costs_are_readable(scanned: int, price: float, text: str) -> None:
    assert cost.render_cost(Execution(ID, SUCCEEDED, "", "DML", scanned), price) == text


def test_the_price_is_an_option(athena: Athena, capsys) -> None:
    athena.scanned_bytes = 1 << 40
    assert run(SQL, "--price-per-tb", "7.5") == 0
    assert "1.0 TB scanned, about 7.50 USD" in capsys.readouterr().err
