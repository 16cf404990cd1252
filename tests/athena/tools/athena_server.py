"""A server that speaks Athena's protocol, with answers to order; scripts/query.py against it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from athena_query import cli
from athena_query.execution import Patience

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
