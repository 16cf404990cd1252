"""scripts/query.py against a server that speaks Athena's protocol, with answers to order."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from athena_query import cli, cost, output, session
from athena_query.execution import Execution, Patience
from athena_query.marking import mark
from athena_query.results import Column
from aws_variables import lead_to

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "query.py"
ID = "11111111-2222-3333-4444-555555555555"
FAST = Patience(attempts=1, start_waits=(0.0, 0.0), first_poll=0.0, longest_poll=0.0)
SQL = "select 1"
GB = 1 << 30
RUNNING, SUCCEEDED, FAILED, CANCELLED = "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"

Cell = str | None
Hook = Callable[[dict], object]


class Refusal(Exception):
    """An error of AWS: its code, its message."""


class Athena(ThreadingHTTPServer):
    """One query of Athena: its states, its result, and who asked for what."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.requests: list[tuple[str, dict]] = []
        self.refusals: dict[str, list[Refusal | None]] = {}
        self.states = ["QUEUED", RUNNING, SUCCEEDED]
        self.kind, self.subkind = "DML", ""
        self.scanned_bytes = 0
        self.reason = ""
        self.columns: list[tuple[str, str]] = [("_col0", "integer")]
        self.rows: list[list[Cell]] = [["1"]]
        self.has_header = True
        self.written_rows = 0
        self.longest_page = 1000
        self.before: Hook = lambda _: None
        self.watched = "GetQueryExecution"
        self.asked = threading.Event()  # for what is watched
        self.released = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some of these tests are about."""

    def answer(self, operation: str, body: dict) -> dict:
        """Answer as Athena does. Raises Refusal."""
        self.requests.append((operation, body))
        if operation == self.watched:
            self.asked.set()
        self.before({"operation": operation} | body)
        refusals = self.refusals.get(operation)
        refusal = refusals.pop(0) if refusals else None
        if refusal:
            raise refusal
        return getattr(self, f"_{operation}")(body)

    def hold(self, held: str) -> None:
        """Answer an operation only when `released` is set."""
        self.before = lambda body: body["operation"] == held and self.released.wait(20)

    def count(self, operation: str) -> int:
        """How often something was asked for."""
        return [name for name, _ in self.requests].count(operation)

    def request(self, operation: str) -> dict:
        """The first request of a kind."""
        return next(body for name, body in self.requests if name == operation)

    def _StartQueryExecution(self, body: dict) -> dict:
        return {"QueryExecutionId": ID}

    def _GetQueryExecution(self, body: dict) -> dict:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        status = {"State": state} | ({"StateChangeReason": self.reason} if self.reason else {})
        return {
            "QueryExecution": {
                "QueryExecutionId": body["QueryExecutionId"],
                "StatementType": self.kind,
                "SubstatementType": self.subkind,
                "Status": status,
                "Statistics": {"DataScannedInBytes": self.scanned_bytes},
            }
        }

    def _StopQueryExecution(self, body: dict) -> dict:
        if self.states == [RUNNING]:
            self.states = [RUNNING, CANCELLED]
        return {}

    def _GetQueryResults(self, body: dict) -> dict:
        header = [[name for name, _ in self.columns]] * self.has_header
        rows = header + self.rows
        start = int(body.get("NextToken", 0))
        end = start + min(body["MaxResults"], self.longest_page)
        answer = {
            "UpdateCount": self.written_rows,
            "ResultSet": {
                "Rows": [
                    {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
                    for row in rows[start:end]
                ],
                "ResultSetMetadata": {
                    "ColumnInfo": [{"Name": name, "Type": kind} for name, kind in self.columns]
                },
            },
        }
        return answer | ({"NextToken": str(end)} if end < len(rows) else {})


class Handler(BaseHTTPRequestHandler):
    """AWS's JSON protocol: the operation in a header, errors as __type."""

    server: Athena

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].removeprefix("AmazonAthena.")
        try:
            status, answer = 200, self.server.answer(operation, body)
        except Refusal as refusal:
            status, answer = 400, dict(zip(("__type", "Message"), refusal.args, strict=True))
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Athena]:
    """A running server, and the environment that leads to it and to nothing else."""
    with Athena() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        lead_to(server.url, monkeypatch, tmp_path)
        yield server
        server.released.set()
        server.shutdown()


def run(*arguments: str) -> int:
    """Run the command in this process, without waiting; returns its exit code."""
    return cli.main([*arguments], FAST)


def error(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on stderr: one error, perhaps of several lines."""
    text = capsys.readouterr().err
    assert text.startswith("error: ") and text.count("error: ") == 1
    return text


def child(*arguments: str, **options: Any) -> subprocess.Popen:
    """The command as a process of its own."""
    # A process that was started in the background may inherit an ignored SIGINT.
    start = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.path.insert(0, {str(SCRIPT.parent)!r}); from athena_query import cli, execution; "
        "patience = execution.Patience(1, (0.01,), first_poll=0.01, longest_poll=0.05); "
        "sys.exit(cli.main(sys.argv[1:], patience))"
    )
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-c", start, *arguments], text=True, **streams | options
    )


@contextmanager
def interrupted(
    athena: Athena, *arguments: str, number: int = signal.SIGINT
) -> Iterator[subprocess.Popen]:
    """The command as a process that gets a signal when Athena is asked for what is watched."""
    with child(SQL, *arguments) as process:
        try:
            assert athena.asked.wait(20)
            process.send_signal(number)
            yield process
        finally:
            process.kill()


# Tables


def test_the_script_itself_runs(athena: Athena) -> None:
    command = [sys.executable, str(SCRIPT), SQL]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "_col0\n-----\n    1\n"
    # Not a terminal: no progress, one line at the end.
    assert result.stderr.startswith("1 row, 0 bytes scanned") and result.stderr.count("\n") == 1
    assert result.stderr.endswith(f"query {ID}\n")


def test_a_table_tells_null_from_texts_and_aligns_numbers(athena: Athena, capsys) -> None:
    athena.columns = [("name", "varchar"), ("n", "bigint"), ("share", "decimal(5,2)")]
    athena.rows = [
        ["ana", "1,000", "0.50"],
        ["", "7", None],
        [None, None, "10.25"],
        ["NULL", "", ""],
    ]
    assert run(SQL) == 0
    assert capsys.readouterr().out.splitlines() == [
        "name        n  share",
        "------  -----  -----",
        "ana     1,000   0.50",
        "            7   NULL",
        "NULL     NULL  10.25",
        "'NULL'",
    ]


def test_values_are_cut_unless_wide(athena: Athena, capsys) -> None:
    athena.columns = [("t", "varchar"), ("n", "integer")]
    athena.rows = [["x" * 60, "1"], ["y" * 61, "2"]]
    assert run(SQL) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:] == ["x" * 60 + "  1", "y" * 59 + "…" + "  2"]
    assert run(SQL, "--wide") == 0
    assert capsys.readouterr().out.splitlines()[3] == "y" * 61 + "  2"


def test_wide_characters_and_accents_are_aligned() -> None:
    columns = [Column("t", "varchar"), Column("u", "varchar")]
    rows = [("日本", "a"), ("e\u0301te\u0301", "b"), ("plain", "c")]
    lines = list(output.render_table(columns, rows, wide=False))
    assert lines[2:] == ["日本   a", "e\u0301te\u0301    b", "plain  c"]
    assert output.shorten("日" * 40, 9) == "日日日日…"


def test_values_cannot_command_the_terminal(athena: Athena, capsys) -> None:
    athena.columns = [("t", "varchar")]
    athena.rows = [["a\nb\tc"], ["\x1b[2Jgone"], ["\u202eright"]]
    assert run(SQL) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [r"a\nb\tc", r"\x1b[2Jgone", r"\u202eright"]


def test_a_table_says_that_more_rows_exist_and_asks_for_no_more(athena: Athena, capsys) -> None:
    athena.rows = [[str(number)] for number in range(5000)]
    assert run(SQL, "--max-rows", "3") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", "-----", "0", "1", "2"]
    assert captured.err.startswith("the first 3 rows (more exist: raise --max-rows")
    assert athena.count("GetQueryResults") == 1
    assert athena.request("GetQueryResults")["MaxResults"] == 5  # with the header and one more


@pytest.mark.parametrize("longest_page", [1, 2, 1000])
def test_a_table_that_is_complete_says_so(athena: Athena, capsys, longest_page: int) -> None:
    athena.longest_page = longest_page
    athena.rows = [["1"], ["2"], ["3"]]
    assert run(SQL, "--max-rows", "3") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", "-----", "1", "2", "3"]
    assert captured.err.startswith("3 rows, ")


def test_a_result_without_rows_has_a_header(athena: Athena, capsys) -> None:
    athena.rows = []
    assert run(SQL) == 0
    captured = capsys.readouterr()
    assert captured.out == "_col0\n-----\n" and captured.err.startswith("0 rows, ")


def test_a_row_equal_to_the_header_is_a_row(athena: Athena, capsys) -> None:
    athena.columns, athena.rows = [("a", "varchar")], [["a"]]
    assert run(SQL) == 0
    assert capsys.readouterr().out == "a\n-\na\n"


def test_a_terminal_that_does_not_know_a_character_gets_an_escape(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    athena.columns, athena.rows = [("t", "varchar")], [["é" * 61]]
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with child(SQL) as process:
        out, _ = process.communicate()
    assert process.returncode == 0 and out.endswith(r"\xe9" * 59 + r"\u2026" + "\n")


# What is no query


def test_show_without_rows_has_none(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns, athena.rows = [("tab_name", "string")], []
    assert run("show tables") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("0 rows, ")


def test_show_gives_plain_lines(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns = [("tab_name", "string")]
    athena.rows = [["tab_name"], ["x" * 70], ["a\tb"]]
    assert run("show tables") == 0
    captured = capsys.readouterr()
    assert captured.out == f"tab_name\n{'x' * 70}\na\tb\n"
    assert captured.err.startswith("3 rows, 0 bytes scanned, free, ")


def test_describe_is_a_table(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns = [("col_name", "string"), ("data_type", "string"), ("comment", "string")]
    athena.rows = [
        ["line                \tstring              \tas it is\there "],
        ["n   \tint  \t"],
        ["# Partition"],
        [None],
    ]
    assert run("describe t") == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        r"line         string     as it is\there",
        "n            int",
        "# Partition",
        "",
    ]


@pytest.mark.parametrize("kind", [("UTILITY", ""), ("DML", "EXPLAIN")])
def test_explain_gives_the_plan_alone(athena: Athena, capsys, kind: tuple[str, str]) -> None:
    athena.kind, athena.subkind = kind
    athena.columns = [("Query Plan", "varchar")]
    athena.rows = [["Output"], ["    TableScan" + "." * 80], [""]]
    assert run("explain select 1") == 0
    captured = capsys.readouterr()
    assert captured.out == "Output\n    TableScan" + "." * 80 + "\n\n"
    assert "0 bytes scanned, free, " in captured.err


def test_ddl_prints_nothing_and_is_free(athena: Athena, capsys) -> None:
    athena.kind, athena.columns, athena.rows, athena.has_header = "DDL", [], [], False
    assert run("create schema x") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("done, 0 bytes scanned, free, ")


def test_an_insert_says_how_many_rows_it_wrote(athena: Athena, capsys) -> None:
    athena.columns, athena.rows, athena.has_header = [("rows", "bigint")], [], False
    athena.written_rows = 1234
    assert run("insert into t select 1") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("1,234 rows written, ")


# CSV


def test_csv_holds_every_value_and_null_is_not_an_empty_text(athena: Athena, capsys) -> None:
    athena.columns = [("a,b", "varchar"), ('c"d', "varchar"), ("", "bigint")]
    athena.rows = [
        ["x,y", 'say "hi"', "1"],
        ["two\nlines", "a\rb", None],
        ["", None, ""],
        ["x" * 99, "é", "2"],
    ]
    assert run(SQL, "--format", "csv") == 0
    text = capsys.readouterr().out
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [
        [name for name, _ in athena.columns],
        *[[cell or "" for cell in row] for row in athena.rows],
    ]
    assert '\n"",,""\n' in text and "\nxxx" in text and "\r\n" not in text


def test_csv_has_all_rows_of_all_pages(athena: Athena, capsys) -> None:
    athena.rows = [[str(number)] for number in range(2500)]
    assert run(SQL, "--format", "csv", "--max-rows", "1") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", *map(str, range(2500))]
    assert athena.count("GetQueryResults") == 3
    assert captured.err.startswith("2,500 rows, ")


def test_csv_flows_page_by_page(athena: Athena) -> None:
    """The second page is handed over only when the first has come out."""
    athena.rows = [[f"{number:>50}"] for number in range(1500)]

    def hold_second_page(body: dict) -> None:
        if "NextToken" in body:
            athena.released.wait(20)

    athena.before = hold_second_page
    with child(SQL, "--format", "csv") as process:
        first = process.stdout.readline()
        assert not athena.released.is_set()
        athena.released.set()
        rest = process.stdout.readlines()
    assert first == "_col0\n" and len(rest) == 1500 and process.returncode == 0


# Files


def test_a_file_gets_csv_and_stdout_nothing(athena: Athena, tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    assert run(SQL, "--output", str(path)) == 0
    assert path.read_bytes() == b"_col0\n1\n" and capsys.readouterr().out == ""
    assert run(SQL, "--output", str(path), "--format", "table") == 0
    assert path.read_bytes() == b"_col0\n-----\n    1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_a_file_stays_a_link(athena: Athena, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_text("before")
    assert run(SQL, "--output", str(tmp_path / "link")) == 0
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_text() == "_col0\n1\n"


@pytest.mark.parametrize("broken", ["the query", "the second page"])
def test_a_file_is_as_before_when_something_fails(
    athena: Athena, tmp_path: Path, capsys, broken: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    if broken == "the query":
        athena.states, athena.reason = [FAILED], "no"
    else:
        athena.rows = [[str(number)] for number in range(1500)]
        athena.refusals = {"GetQueryResults": [None, Refusal("InvalidRequestException", "gone")]}
    assert run(SQL, "--output", str(path)) == 1
    error(capsys)
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["folder", "folder/none/x.csv", "pipe"])
def test_a_place_that_takes_no_file_is_refused_before_the_query(
    athena: Athena, tmp_path: Path, capsys, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert run(SQL, "--output", str(tmp_path / place)) == 2
    assert "--output" in error(capsys)
    assert athena.requests == [] and (tmp_path / "pipe").is_fifo()


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


# Waiting, interrupting, pipes


def test_a_terminal_sees_state_seconds_and_bytes(athena: Athena) -> None:
    athena.scanned_bytes = 3 * GB
    terminal, inside = pty.openpty()
    with child(SQL, stderr=inside) as process:
        os.close(inside)
        shown = b""
        while True:
            try:
                chunk = os.read(terminal, 1024)
            except OSError:  # how Linux says that the other side is closed
                break
            if not chunk:
                break
            shown += chunk
        assert process.stdout.read() == "_col0\n-----\n    1\n"
    os.close(terminal)
    steps = shown.decode().split("\r")
    assert any(step.startswith("queued, ") for step in steps)
    assert any(step.startswith("running, ") and " s, 3.0 GB scanned" in step for step in steps)
    assert "\r\x1b[K1 row, " in shown.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_cancels_the_query(athena: Athena, tmp_path: Path, number: int) -> None:
    athena.states, athena.scanned_bytes = [RUNNING], 1 << 40
    with interrupted(athena, "--output", str(tmp_path / "x.csv"), number=number) as process:
        out, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert athena.request("StopQueryExecution") == {"QueryExecutionId": ID}
    assert f"query {ID} was cancelled, 1.0 TB scanned, about 5.00 USD" in errors
    assert out == "" and "Traceback" not in errors and list(tmp_path.iterdir()) == []
    # The end was waited for.
    assert athena.requests[-1][0] == "GetQueryExecution"


def test_ctrl_c_while_athena_answers_the_start_cancels_the_query(athena: Athena) -> None:
    athena.states = [RUNNING]
    athena.hold("StartQueryExecution")
    athena.watched = "StartQueryExecution"
    with interrupted(athena) as process:
        while "waiting for Athena's answer" not in process.stderr.readline():
            pass
        athena.released.set()
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert athena.count("StopQueryExecution") == 1 and "Traceback" not in errors


def test_a_second_ctrl_c_leaves_at_once(athena: Athena) -> None:
    athena.states = [RUNNING]
    athena.hold("StopQueryExecution")
    with interrupted(athena) as process:
        while "cancelling query" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert f"query {ID} may still run" in errors and "Traceback" not in errors


def test_a_query_that_cannot_be_stopped_is_told(athena: Athena) -> None:
    athena.states = [RUNNING]
    denied = Refusal("AccessDeniedException", "not authorized to perform athena:StopQueryExecution")
    athena.refusals = {"StopQueryExecution": [denied]}
    with interrupted(athena) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert f"query {ID} could not be stopped" in errors and "may still run" in errors


def test_a_query_that_ended_before_the_stop_is_told(athena: Athena) -> None:
    athena.states = [RUNNING]

    def end(body: dict) -> None:
        if body["operation"] == "StopQueryExecution":
            athena.states = [SUCCEEDED]

    athena.before = end
    with interrupted(athena) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130 and f"query {ID} succeeded" in errors


def test_an_ignored_ctrl_c_stays_ignored(athena: Athena) -> None:
    script = f"trap '' INT; exec {sys.executable} {SCRIPT} '{SQL}'"
    athena.hold("StartQueryExecution")
    athena.watched = "StartQueryExecution"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert athena.asked.wait(20)
            process.send_signal(signal.SIGINT)
            athena.released.set()
            out, _ = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0 and out.endswith("    1\n")


@pytest.mark.parametrize("options", [["--format", "csv"], ["--max-rows", "20000"]])
def test_a_reader_that_goes_is_no_error(athena: Athena, options: list[str]) -> None:
    athena.rows = [["x" * 60] for _ in range(20_000)]
    athena.columns = [("t", "varchar")]
    with child(SQL, *options) as process:
        assert process.stdout.readline() == "t\n"
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 141
    assert errors.startswith("0 bytes scanned, about ") and errors.count("\n") == 1


def test_a_reader_that_goes_before_a_small_result_is_no_error(athena: Athena) -> None:
    athena.before = lambda _: athena.released.wait(20)
    with child(SQL) as process:
        process.stdout.close()
        athena.released.set()
        errors = process.stderr.read()
    assert process.returncode == 141
    assert errors.startswith("0 bytes scanned, about ") and errors.count("\n") == 1


def test_a_reader_of_everything_that_goes_is_no_error(athena: Athena) -> None:
    athena.rows = [["x" * 60] for _ in range(20_000)]
    athena.columns = [("t", "varchar")]
    with child(SQL, "--format", "csv", stderr=subprocess.STDOUT) as process:
        assert process.stdout.readline() == "t\n"
        process.stdout.close()
    assert process.returncode == 141


def test_a_reader_of_messages_that_goes_is_no_error(athena: Athena) -> None:
    busy = Refusal("TooManyRequestsException", "You have exceeded the limit.")
    athena.refusals = {"StartQueryExecution": [busy]}
    athena.before = lambda _: athena.released.wait(20)
    with child(SQL) as process:
        process.stderr.close()
        athena.released.set()
        assert process.stdout.read() == ""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line(athena: Athena) -> None:
    with open("/dev/full", "w") as full, child(SQL, stdout=full) as process:
        errors = process.stderr.read()
    assert process.returncode == 1
    assert (
        errors.startswith("error: stdout cannot be written, No space left")
        and errors.count("\n") == 1
    )


# With the complete local Athena


@pytest.fixture
def real(local_athena, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that leads to the local Athena."""
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "s3://stedi-results/athena/")


def test_a_real_select_is_shown(real, capsys) -> None:
    sql = "select * from (values (1, 'a', 1.5), (22, '', null), (null, null, 2.0)) as t (n, s, d)"
    assert cli.main([sql]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "   n  s        d",
        "----  ----  ----",
        "   1  a      1.5",
        "  22        NULL",
        "NULL  NULL   2.0",
    ]
    assert captured.err.startswith("3 rows, 0 bytes scanned, ")
    assert cli.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out == 'n,s,d\n1,a,1.5\n22,"",\n,,2.0\n'


def test_a_real_result_has_several_pages(real, capsys) -> None:
    sql = "select n from unnest(sequence(1, 2500)) as t (n) order by n"
    assert cli.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["n", *map(str, range(1, 2501))]


def test_a_real_failure_is_marked(real, capsys) -> None:
    assert cli.main(["select 1 as n,\n  nothing"]) == 1
    lines = error(capsys).splitlines()
    assert "Column 'nothing' cannot be resolved" in lines[0]
    assert lines[1:3] == ["   2 |   nothing", "     |   ^"]


def test_a_real_query_is_cancelled(real) -> None:
    endless = "select count(*) from " + " cross join ".join(
        f"unnest(sequence(1, 10000)) as t{number} (n)" for number in range(4)
    )
    terminal, inside = pty.openpty()
    with child(endless, stderr=inside) as process, open(terminal, "rb", buffering=0) as screen:
        os.close(inside)
        try:
            shown = b""
            while b"running" not in shown:
                shown += screen.read(1024)
            process.send_signal(signal.SIGINT)
            process.wait(60)
            while b"was cancelled" not in shown:
                shown += screen.read(1024)
        finally:
            process.kill()
    assert process.returncode == 130


def test_a_real_plan_is_shown_uncut_and_free(real, capsys) -> None:
    assert cli.main(["explain select n from (values 1) as t (n)"]) == 0
    captured = capsys.readouterr()
    assert "Query Plan" not in captured.out and "Output" in captured.out
    assert "0 bytes scanned, free, " in captured.err


def test_real_ddl_makes_what_a_select_finds(real, capsys) -> None:
    assert cli.main(["create schema if not exists query_test"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("done, 0 bytes scanned, free, ")
    assert cli.main(["show schemas like 'query_test'"]) == 0
    assert capsys.readouterr().out == "query_test\n"
    assert cli.main(["drop schema query_test"]) == 0
