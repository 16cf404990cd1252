"""scripts/query.py when Athena refuses, fails or is busy."""

from __future__ import annotations

import socket

import pytest
from athena_query import cli, output, session
from athena_query.execution import Patience
from athena_query.marking import mark
from athena_server import (
    CANCELLED,
    FAILED,
    GB,
    ID,
    SQL,
    Athena,
    Refusal,
    error,
    run,
)

# Failures


def test_a_failed_query_shows_the_reason_and_the_place(athena: Athena, capsys) -> None:
    athena.states = ["QUEUED", FAILED]
    athena.reason = "COLUMN_NOT_FOUND: line 2:8: Column 'nme' cannot be resolved"
    assert run("with t as (select 1 as name)\nselect nme\nfrom t") == 1
    assert error(capsys).splitlines() == [
        f"error: the query failed: {athena.reason}",
        "   2 | select nme",
        "     |        ^",
        f"0 bytes scanned, free, query {ID}",
    ]


def test_a_refused_query_shows_the_place(athena: Athena, capsys) -> None:
    said = "line 1:1: mismatched input 'selec'. Expecting: 'SELECT'"
    athena.refusals = {"StartQueryExecution": [Refusal("InvalidRequestException", said)]}
    assert run("selec 1") == 1
    assert error(capsys).splitlines() == [
        f"error: Athena refused the query: {said}",
        "   1 | selec 1",
        "     | ^",
    ]


@pytest.mark.parametrize(
    ("sql", "message", "marked"),
    [
        ("drop tabel x", "FAILED: ParseException line 1:5 cannot recognize input", "tabel x"),
        ("select\r\n\t\tnme", "line 2:3: Column", "nme"),
        ("select '日本', nme", "line 1:14: Column", "nme"),
        (f"select {'x, ' * 99}nme", "line 1:305: Column", "nme"),
        (f"select nme{', x' * 99}", "line 1:8: Column", "nme" + ", x" * 26 + ", "),
        ("select 1 +", "line 1:11: mismatched input '<EOF>'", ""),
    ],
)
def test_the_place_is_marked(sql: str, message: str, marked: str) -> None:
    line, caret = mark(sql, message)
    column = output.display_width(caret) - 1
    before = next(n for n in range(len(line) + 1) if output.display_width(line[:n]) >= column)
    assert caret.endswith("^")
    assert line[before:].startswith(marked) and output.display_width(line) <= 100


def test_a_line_end_of_windows_is_not_shown() -> None:
    assert mark("selec 1\r\nfrom t", "line 1:1: x") == ["   1 | selec 1", "     | ^"]


@pytest.mark.parametrize(
    "message", ["no place", "line 9:1: x", "line 0:1: x", "line 1:99: x", "line 1:0: x"]
)
def test_a_place_that_is_not_there_is_not_marked(message: str) -> None:
    assert mark("select 1", message) == []


def test_a_query_that_athena_cancels_is_a_failure_that_costs(athena: Athena, capsys) -> None:
    athena.states, athena.scanned_bytes = [CANCELLED], 2 * GB
    athena.reason = "Bytes scanned limit was exceeded"
    assert run(SQL) == 1
    text = error(capsys)
    assert "the query was cancelled: Bytes scanned limit was exceeded" in text
    assert "2.0 GB scanned, about 0.0098 USD" in text


def test_a_missing_output_location_says_what_to_set(athena: Athena, capsys) -> None:
    said = (
        "No output location provided. An output location is required either through the Workgroup"
    )
    athena.refusals = {"StartQueryExecution": [Refusal("InvalidRequestException", said)]}
    assert run(SQL) == 1
    text = error(capsys)
    assert "STEDI_ATHENA_RESULTS" in text and "--output-location" in text


def test_an_unknown_workgroup_says_what_to_set(athena: Athena, capsys) -> None:
    said = "WorkGroup nope is not found."
    athena.refusals = {"StartQueryExecution": [Refusal("InvalidRequestException", said)]}
    assert run(SQL, "--work-group", "nope") == 1
    assert "STEDI_WORK_GROUP" in error(capsys)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("ExpiredTokenException", "aws sso login"),
        ("UnrecognizedClientException", "AWS_PROFILE"),
        ("AccessDeniedException", "ask for this permission"),
    ],
)
def test_refusals_of_aws_say_what_helps(athena: Athena, capsys, code: str, remedy: str) -> None:
    athena.refusals = {"StartQueryExecution": [Refusal(code, "You may not.")]}
    assert run(SQL) == 1
    text = error(capsys)
    assert f"You may not ({code})" in text and remedy in text


def test_a_server_that_cannot_be_reached_is_one_line(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    with socket.socket() as unused:  # bound and not listening: refuses connections
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert run(SQL) == 1
    text = error(capsys)
    assert "Athena could not be asked" in text and "AWS_ENDPOINT_URL" in text


@pytest.mark.parametrize("silent", [True, False], ids=["no answer", "connection closed"])
def test_a_query_that_athena_has_not_confirmed_may_have_started(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, capsys, silent: bool
) -> None:
    def fail(body: dict) -> None:
        if silent:
            athena.released.wait(20)
        raise ConnectionAbortedError

    athena.before = fail
    monkeypatch.setattr(session, "READ_SECONDS", 0.2)
    assert run(SQL, "--work-group", "team") == 1
    text = error(capsys)
    assert "Athena did not answer" in text and "may have started" in text
    assert "aws athena list-query-executions --work-group team" in text
    assert athena.count("StartQueryExecution") == 1


def test_a_query_out_of_sight_says_how_to_stop_it(athena: Athena, capsys) -> None:
    denied = Refusal("AccessDeniedException", "not authorized")
    athena.refusals = {"GetQueryExecution": [None, denied]}
    assert run(SQL) == 1
    text = error(capsys)
    assert f"aws athena stop-query-execution --query-execution-id {ID}" in text


# Throttling


def test_a_busy_athena_is_asked_again_for_the_same_query(athena: Athena, capsys) -> None:
    busy = Refusal("TooManyRequestsException", "You have exceeded the limit.")
    athena.refusals = {"StartQueryExecution": [busy, busy]}
    assert run(SQL) == 0
    assert athena.count("StartQueryExecution") == 3
    tokens = {body["ClientRequestToken"] for name, body in athena.requests if "Start" in name}
    assert len(tokens) == 1
    notes = capsys.readouterr().err.splitlines()[:-1]
    assert (
        notes
        == [
            "Athena is busy (You have exceeded the limit); next attempt in 0 s",
        ]
        * 2
    )


def test_a_busy_athena_is_not_asked_for_ever(athena: Athena, capsys) -> None:
    busy = Refusal("ThrottlingException", "Rate exceeded")
    athena.refusals = {"StartQueryExecution": [busy] * 9}
    assert run(SQL) == 1
    assert athena.count("StartQueryExecution") == 3
    assert "Rate exceeded" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("operation", ["GetQueryExecution", "GetQueryResults"])
def test_throttled_polls_and_pages_are_asked_again(athena: Athena, operation: str) -> None:
    athena.refusals = {operation: [Refusal("ThrottlingException", "Rate exceeded")]}
    assert cli.main([SQL], Patience(attempts=2, first_poll=0.0, longest_poll=0.0)) == 0


def test_the_default_patience_grows() -> None:
    patience = Patience()
    assert sorted(set(patience.start_waits)) == list(patience.start_waits)
    assert patience.first_poll < patience.longest_poll and patience.poll_growth > 1
    assert patience.attempts > 3
