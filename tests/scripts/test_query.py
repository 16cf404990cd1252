"""scripts/query.py against an Athena in memory."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import query
import tenacity
from botocore.config import Config
from stedi import athena as aws

from tests.scripts.aws import ID, Athena, Refusal, lead_to

SQL = "select 1"
MB, GB = 1 << 20, 1 << 30


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Athena:
    fake = Athena()
    lead_to(fake, "athena", monkeypatch, tmp_path)
    return fake


@pytest.fixture
def error(capsys: pytest.CaptureFixture[str]):
    """A function that returns what is on stderr: one error, no traceback, nothing on stdout."""

    def read() -> str:
        out, err = capsys.readouterr()
        assert err.startswith("query.py: error: ") and "Traceback" not in err and out == ""
        return err

    return read


# What comes out


def test_a_table_tells_null_from_text_and_obeys_no_control_character(athena, capsys) -> None:
    athena.columns = [("n", "bigint"), ("text", "varchar"), ("x", "double")]
    athena.rows = [
        ["1", "ein\tText\x1b[2J", "0.5"],
        ["200", None, "1e3"],
        ["3", "NULL", ""],
        ["4", " y", None],
    ]
    assert query.main([SQL]) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "  n  text                 x",
        "---  ----------------  ----",
        r"  1  ein\tText\x1b[2J   0.5",
        "200  NULL               1e3",
        "  3  'NULL'",
        "  4   y                NULL",
    ]


@pytest.mark.parametrize(("options", "width"), [([], 60), (["--wide"], 70)])
def test_wide_values_are_cut_unless_asked_for(athena, capsys, options, width) -> None:
    athena.columns, athena.rows = [("text", "varchar")], [["a" * 70]]
    assert query.main([SQL, *options]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert len(last) == width and last.endswith("…" if width == 60 else "a")


def test_a_table_ends_after_so_many_rows_and_says_so(athena, capsys) -> None:
    athena.rows, athena.longest_page = [["1"], ["2"], ["3"]], 2
    assert query.main([SQL, "--max-rows", "2"]) == 0
    out, err = capsys.readouterr()
    assert out.split()[2:] == ["1", "2"] and err.startswith("the first 2 rows (more exist: raise")
    assert query.main([SQL, "--max-rows", "3"]) == 0
    assert capsys.readouterr().err.startswith("3 rows, ")


@pytest.mark.parametrize("options", [["--format", "csv"], ["--output"]])
def test_csv_has_all_rows_of_all_pages_as_athena_writes_them(
    athena, capsys, tmp_path, options
) -> None:
    athena.columns = [("a", "varchar"), ('b "x"', "varchar")]
    athena.rows = [[None, ""], ['say "hi"', "1,2"], ["two\nlines", "ü"]] + [["", "z"]] * 200
    athena.longest_page = 2
    file = tmp_path / "result.csv"
    assert query.main([SQL, *options, *([str(file)] if options == ["--output"] else [])]) == 0
    out, err = capsys.readouterr()
    text = file.read_bytes().decode() if options == ["--output"] else out
    start = 'a,"b ""x"""\n,""\n"say ""hi""","1,2"\n"two\nlines",ü\n'
    assert text == start + '"",z\n' * 200
    assert err.startswith("203 rows, ")


@pytest.mark.parametrize(
    ("kind", "subkind", "columns", "rows", "out"),
    [
        ("DDL", "SHOW_TABLES", 1, [["a" * 70], ["b\x1b"]], "a" * 70 + "\nb\\x1b\n"),
        ("DML", "EXPLAIN", 1, [["one\n  two"]], "one\n  two\n"),
        ("UTILITY", "DESCRIBE", 2, [["id \tbigint "]], "c0    c1\n----  ------\nid    bigint\n"),
        ("DDL", "CREATE_TABLE", 0, [], ""),
    ],
)
def test_what_is_no_query_is_text(athena, capsys, kind, subkind, columns, rows, out) -> None:
    athena.kind, athena.subkind, athena.has_header = kind, subkind, False
    athena.columns = [(f"c{number}", "string") for number in range(columns)]
    athena.rows = rows
    assert query.main([SQL]) == 0
    captured = capsys.readouterr()
    assert captured.out == out
    assert captured.err.startswith(f"{len(rows)} rows, " if columns else "done, ")


def test_an_insert_says_how_many_rows_it_has_written(athena, capsys) -> None:
    athena.subkind, athena.has_header = "INSERT", False
    athena.columns, athena.rows, athena.written_rows = [("rows", "bigint")], [], 1234
    assert query.main([SQL]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("1,234 rows written, ")


@pytest.mark.parametrize(
    ("kind", "scanned", "options", "said"),
    [
        ("DML", 0, [], "0.00 MB scanned, about 0.000048 USD"),  # the least is 10 MB
        ("DML", 10 * MB + 1, [], "10.00 MB scanned, about 0.000052 USD"),  # rounded up to 11
        ("DML", 100 * GB, ["--price-per-tb", "7"], "102,400.00 MB scanned, about 0.683594 USD"),
        ("DDL", 0, [], "0.00 MB scanned, free"),
        ("DDL", 1, [], "0.00 MB scanned, about 0.000048 USD"),  # CREATE TABLE AS
    ],
)
def test_bytes_and_cost_are_said(athena, capsys, kind, scanned, options, said) -> None:
    athena.kind, athena.scanned_bytes = kind, scanned
    assert query.main([SQL, *options]) == 0
    assert f", {said}, query {ID}\n" in capsys.readouterr().err


def test_the_file_appears_when_it_is_complete(athena, tmp_path, capsys, error) -> None:
    file = tmp_path / "result.csv"
    file.write_text("old")
    athena.rows, athena.longest_page = [["1"]] * 5, 2
    pages = []

    def before(operation: str, _: dict) -> None:
        if operation == "GetQueryResults":
            pages.append(sorted(os.listdir(tmp_path)))
            assert file.read_text() == "old"

    athena.before = before
    assert query.main([SQL, "--output", str(file)]) == 0
    assert len(pages) == 3 and len(pages[0]) == 2
    assert file.read_text().splitlines() == ["_col0", *"11111"]
    capsys.readouterr()

    def refuse_the_second_page(operation: str, request: dict) -> None:
        if "NextToken" in request:
            raise Refusal("AccessDeniedException", "no")

    athena.before = refuse_the_second_page
    assert query.main([SQL, "--output", str(file)]) == 1
    assert "Athena's result cannot be read: no" in error()
    assert file.read_text().startswith("_col0") and os.listdir(tmp_path) == ["result.csv"]


def test_a_place_without_a_file_costs_no_query(athena, tmp_path, error) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "file"):
        assert query.main([SQL, "--output", str(place)]) == 1
        assert f"{place} cannot be written" in error()
    assert athena.requests == []


def test_a_reader_that_goes_away_is_no_traceback(athena, monkeypatch, capsys) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as stdout, open(os.devnull, "w") as stderr:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setattr(sys, "stderr", stderr)
        assert query.main([SQL]) == 141


# Where the SQL comes from, and where it runs


def test_sql_comes_from_argument_file_or_stdin(athena, tmp_path, monkeypatch) -> None:
    file = tmp_path / "report.sql"
    file.write_bytes(b"\xef\xbb\xbfselect 'a%b'\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 3\n"))
    for arguments in ([SQL], ["--file", str(file)], ["-"]):
        assert query.main(arguments) == 0
    asked = [request["QueryString"] for request in athena.asked("StartQueryExecution")]
    assert asked == [SQL, "select 'a%b'", "select 3"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [SQL, "--file", "x"],
        [SQL, "--max-rows", "-1"],
        *([SQL, f"--price-per-tb={price}"] for price in ("nan", "inf", "-1", "x")),
    ],
)
def test_a_wrong_command_line_ends_with_2(athena, arguments) -> None:
    with pytest.raises(SystemExit) as exit_:
        query.main(arguments)
    assert exit_.value.code == 2


def test_sql_that_cannot_be_read_ends_with_2(athena, tmp_path, error) -> None:
    latin = tmp_path / "latin.sql"
    latin.write_bytes(b"select '\xe9'")
    for arguments, said in (
        (["--file", str(latin)], f"{latin} cannot be read: it is not UTF-8 text"),
        (["--file", str(tmp_path / "no")], "No such file"),
        ([" \n"], "no SQL"),
    ):
        assert query.main(arguments) == 2
        assert said in error()
    assert athena.requests == []


def test_options_win_over_variables_and_empty_variables_are_unset(athena, monkeypatch) -> None:
    wanted = ["--work-group", "w", "--output-location", "s3://o/p/", "--database", "d"]
    monkeypatch.setenv("AWS_ATHENA_S3_STAGING_DIR", "s3://another-tool/")
    for work_group, results, options in (
        ("", "", []),
        ("group", "s3://results/a", []),
        ("group", "s3://results/a/", wanted),
    ):
        monkeypatch.setenv("STEDI_WORK_GROUP", work_group)
        monkeypatch.setenv("STEDI_ATHENA_RESULTS", results)
        assert query.main([SQL, *options]) == 0
    asked = athena.asked("StartQueryExecution")
    assert [request["WorkGroup"] for request in asked] == ["primary", "group", "w"]
    assert [request.get("ResultConfiguration") for request in asked] == [
        None,
        {"OutputLocation": "s3://results/a/"},
        {"OutputLocation": "s3://o/p/"},
    ]
    assert [request["QueryExecutionContext"] for request in asked] == [{}, {}, {"Database": "d"}]


# When it goes wrong


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("AWS_REGION", None, "set AWS_REGION or pass --region"),
        ("AWS_REGION", "no region", "set AWS_REGION or pass --region"),
        ("AWS_ACCESS_KEY_ID", None, "set AWS_PROFILE or pass --profile"),
        ("AWS_PROFILE", "nobody", "correct --profile or AWS_PROFILE"),
        ("AWS_ENDPOINT_URL", "nonsense", "correct AWS_ENDPOINT_URL"),
    ],
)
def test_a_missing_or_wrong_setting_ends_with_2(
    monkeypatch, tmp_path, error, variable, value, said
) -> None:
    lead_to(None, "athena", monkeypatch, tmp_path)
    monkeypatch.setenv(variable, value) if value else monkeypatch.delenv(variable)
    assert query.main([SQL]) == 2
    assert said in error()


def test_the_script_itself_says_one_line(athena, monkeypatch) -> None:
    """PyAthena would log a traceback besides; pytest has handlers of its own for it."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    command = [sys.executable, query.__file__, SQL]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 2 and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1 and "Unable to locate credentials" in result.stderr


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        ("ExpiredTokenException", "too old", "too old (ExpiredTokenException): renew the cred"),
        ("UnrecognizedClientException", "who?", "set AWS_PROFILE or pass --profile"),
        ("AccessDeniedException", "no", "ask for this permission"),
        ("InvalidRequestException", "WorkGroup w is not found.", "correct STEDI_WORK_GROUP"),
        ("InvalidRequestException", "No output location provided", "set STEDI_ATHENA_RESULTS"),
    ],
)
def test_a_refusal_comes_with_its_remedy(athena, error, code, message, said) -> None:
    athena.refuse("StartQueryExecution", code, message)
    assert query.main([SQL]) == 1
    text = error()
    assert text.startswith("query.py: error: Athena refused the query: ") and said in text


def test_an_endpoint_that_does_not_answer_is_said(monkeypatch, tmp_path, error) -> None:
    lead_to(None, "athena", monkeypatch, tmp_path, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    monkeypatch.setattr(aws, "CONFIG", Config(retries={"total_max_attempts": 1}))
    assert query.main([SQL]) == 1
    assert "check the network, AWS_REGION and AWS_ENDPOINT_URL" in error()


def test_a_busy_athena_is_asked_again(athena, monkeypatch, capsys) -> None:
    monkeypatch.setattr(tenacity.nap.time, "sleep", lambda _: None)
    athena.refuse("StartQueryExecution", "TooManyRequestsException", "busy", times=2)
    assert query.main([SQL]) == 0
    assert len(athena.asked("StartQueryExecution")) == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("message", "marked"),
    [
        ("line 2:6: Table 'nowhere' does not exist", ["from nowhere", "     ^"]),  # Trino, from 1
        ("FAILED: ParseException line 1:2 cannot", ["select *", "  ^"]),  # Hive, from 0
        ("line 9:1: is beyond the end", []),
        ("out of memory", []),
    ],
)
def test_a_failed_query_shows_the_place(athena, error, message, marked) -> None:
    athena.states, athena.reason = ["RUNNING", "FAILED"], message
    assert query.main(["\nselect *\nfrom nowhere"]) == 1
    first, *rest = error().splitlines()
    assert first == f"query.py: error: query {ID} failed: {message}" and rest == marked


def test_a_query_that_cannot_be_watched_is_named(athena, error) -> None:
    athena.refuse("GetQueryExecution", "AccessDeniedException", "no")
    assert query.main([SQL]) == 1
    assert f"query {ID} was accepted, but its result cannot be had: no" in error()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_cancel_the_query(athena, capsys, tmp_path, number) -> None:
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)

    def before(operation: str, _: dict) -> None:
        if operation == "GetQueryExecution":
            os.kill(os.getpid(), number)

    athena.before = before
    try:
        assert query.main([SQL, "--output", str(tmp_path / "result.csv")]) == 130
    finally:
        signal.signal(signal.SIGINT, previous)
    assert athena.asked("StopQueryExecution")[0]["QueryExecutionId"] == ID
    assert capsys.readouterr().err.endswith(f"query {ID} is cancelled\n\nquery.py: interrupted\n")
    assert os.listdir(tmp_path) == []


def test_a_query_that_cannot_be_cancelled_is_named(athena, error) -> None:
    def before(operation: str, _: dict) -> None:
        if operation == "GetQueryExecution":
            athena.refuse("StopQueryExecution", "AccessDeniedException", "no")
            raise KeyboardInterrupt

    athena.before = before
    assert query.main([SQL]) == 1
    assert f"aws athena stop-query-execution --query-execution-id {ID}" in error()


def test_ctrl_c_before_the_query_is_accepted_cancels_nothing(athena, capsys) -> None:
    def before(operation: str, _: dict) -> None:
        raise KeyboardInterrupt

    athena.before = before
    assert query.main([SQL]) == 130
    assert "may have started" in capsys.readouterr().err
    assert athena.asked("StopQueryExecution") == []
