"""The Trino client: against a server that plays a part, and against Trino."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from local_athena.lifecycle import free_port
from local_athena.trino_client import (
    Cancelled,
    Column,
    ScanLimitExceeded,
    TrinoClient,
    TrinoError,
)
from local_athena.trino_statistics import Statistics

STATS = {
    "state": "RUNNING",
    "physicalInputBytes": 0,
    "queuedTimeMillis": 0,
    "planningTimeMillis": 0,
    "elapsedTimeMillis": 1,
}


class Server(ThreadingHTTPServer):
    """Plays Trino: `answer(method, path)` gives the JSON of each answer, or raises."""

    daemon_threads = True

    def __init__(self, answer) -> None:
        self.answer = answer
        self.requests: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path))
        answer = self.server.answer(self.command, self.path)
        self.send_response(200 if answer else 204)
        body = json.dumps(answer).encode() if answer else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = serve

    def log_message(self, *args) -> None:
        pass


@contextmanager
def playing(answer):
    server = Server(answer)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def running(server_url: str, **more) -> dict:
    """Trino's answer while a statement runs."""
    return {
        "id": "query",
        "infoUri": server_url,
        "nextUri": f"{server_url}/next",
        "stats": STATS,
        **more,
    }


def test_an_engine_that_is_not_there_is_an_error_at_once() -> None:
    with pytest.raises(TrinoError, match="the engine is not reachable") as failed:
        TrinoClient(free_port()).execute("select 1")
    assert (failed.value.name, failed.value.kind) == ("INTERNAL_ERROR", "INTERNAL_ERROR")
    assert str(failed.value).startswith("INTERNAL_ERROR: the engine is not reachable")


def test_a_statement_is_sent_once_even_if_there_is_no_answer() -> None:
    def die(method: str, path: str):
        raise ConnectionError

    with playing(die) as server, pytest.raises(TrinoError, match="not reachable"):
        TrinoClient(server.server_port).execute("insert into t values (1)")
    assert server.requests == [("POST", "/v1/statement")]


def test_an_engine_that_dies_while_a_query_runs_is_an_error() -> None:
    def die_later(method: str, path: str):
        if method == "POST":
            return running(server.url)
        raise ConnectionError

    with playing(die_later) as server, pytest.raises(TrinoError, match="not reachable"):
        TrinoClient(server.server_port).execute("select 1")


def test_a_statement_that_is_cancelled_before_trino_answers_is_stopped() -> None:
    asked, cancelled = threading.Event(), threading.Event()

    def answer_late(method: str, path: str):
        if method == "POST":
            asked.set()
            cancelled.wait(30)
            return running(server.url)
        return None

    with playing(answer_late) as server:
        client = TrinoClient(server.server_port)
        thread, outcome = in_background(client, "select 1")
        asked.wait(30)
        client.cancel()
        cancelled.set()
        thread.join()
        assert outcome == [Cancelled]
        assert server.requests == [("POST", "/v1/statement"), ("DELETE", "/next")]
        with pytest.raises(Cancelled):
            client.execute("select 2")
        assert len(server.requests) == 2  # nothing was sent


def test_a_query_stops_when_it_has_read_too_much() -> None:
    read = iter([{**STATS, "physicalInputBytes": bytes_} for bytes_ in (0, 100, 101, 102)])

    def read_on(method: str, path: str):
        return None if method == "DELETE" else running(server.url, stats=next(read))

    with playing(read_on) as server, pytest.raises(ScanLimitExceeded):
        TrinoClient(server.server_port, scan_limit=100).execute("select 1")
    methods = [method for method, _ in server.requests]
    assert methods == ["POST", "GET", "GET", "DELETE"]


def test_the_limit_is_for_all_statements_of_a_client() -> None:
    def read_sixty(method: str, path: str):
        answer = running(server.url, stats={**STATS, "physicalInputBytes": 60})
        answer.pop("nextUri")
        return answer

    with playing(read_sixty) as server:
        client = TrinoClient(server.server_port, scan_limit=100)
        client.execute("select 1")
        with pytest.raises(ScanLimitExceeded):
            client.execute("select 1")
        assert client.statistics.scanned_bytes == 120


@pytest.mark.parametrize("state", ["FINISHING", "FINISHED"])
@pytest.mark.parametrize(("update", "is_stopped"), [({}, True), ({"updateType": "INSERT"}, False)])
def test_a_write_that_commits_is_not_beyond_the_limit(state, update, is_stopped) -> None:
    stats = {**STATS, "state": state, "physicalInputBytes": 101}

    def read_all(method: str, path: str):
        return {"id": "query", "infoUri": server.url, "stats": stats, **update}

    with playing(read_all) as server:
        client = TrinoClient(server.server_port, scan_limit=100)
        with pytest.raises(ScanLimitExceeded) if is_stopped else nullcontext():
            client.execute("a statement")
    assert [method for method, _ in server.requests] == ["POST"]


def test_statistics_are_summed_over_the_statements_whatever_becomes_of_them() -> None:
    stats = {
        "physicalInputBytes": 10,
        "queuedTimeMillis": 1,
        "planningTimeMillis": 2,
        "elapsedTimeMillis": 5,
    }
    failed = {"errorName": "X", "errorType": "USER_ERROR", "message": "x", "errorCode": 1}

    def half_then_all(method: str, path: str):
        if method == "POST":
            return running(server.url, stats={**STATS, **stats})
        more = {name: 2 * number for name, number in stats.items()}
        last = {"id": "query", "infoUri": server.url, "stats": {**STATS, **more}}
        return last if len(server.requests) < 4 else {**last, "error": failed}

    with playing(half_then_all) as server:
        client = TrinoClient(server.server_port)
        client.execute("select 1")
        assert client.statistics == Statistics(20, 2, 4, 10)
        with pytest.raises(TrinoError, match="X: x"):
            client.execute("select 2")
    # The package hides the statistics of the answer that says why a statement failed.
    assert client.statistics == Statistics(30, 3, 6, 15)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch) -> None:
    def done(method: str, path: str):
        return {"id": "query", "infoUri": server.url, "stats": STATS}

    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with playing(done) as server:
        assert TrinoClient(server.server_port).execute("select 1").rows == []


def in_background(client: TrinoClient, sql: str) -> tuple[threading.Thread, list]:
    """Run a statement in a thread; the list gets its rows or the type of its error."""
    outcome: list = []

    def go() -> None:
        try:
            outcome.append(client.execute(sql).rows)
        except Exception as error:
            outcome.append(type(error))

    thread = threading.Thread(target=go)
    thread.start()
    return thread, outcome


# with Trino


@pytest.fixture
def client(local_athena):
    return TrinoClient(local_athena.trino_port)


def test_a_session_is_in_utc_and_takes_properties(client) -> None:
    assert client.execute("select current_timezone()").rows == [["UTC"]]
    properties = {"query_max_run_time": "7m"}
    shown = client.execute("show session like 'query_max_run_time'", None, properties).rows
    assert shown[0][1] == "7m"


def test_a_query_is_described_without_being_run(client) -> None:
    query = "select 1 / a as x, a, a, 'é' -- comment\nfrom (values 0) t(a) order by 1"
    assert client.describe_output(query) == (
        Column("x", "integer"),
        Column("a", "integer"),
        Column("a", "integer"),
        Column("_col3", "varchar(1)"),
    )
    with pytest.raises(TrinoError, match="COLUMN_NOT_FOUND"):
        client.describe_output("select nix")
