"""scripts/fetch_landing.py against a local HTTP server, with invented files.

The real files are only looked at when STEDI_COURSE_LANDING points to a folder that holds them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fetch_landing
import pooch
import pytest

CUSTOMER = "customer/landing/customer-1.json"
ACCELEROMETER = "accelerometer/landing/accelerometer-1.json"
STEP_TRAINER = "step_trainer/landing/step_trainer-1.json"
INVENTED = {
    CUSTOMER: b'{"invented": "customer"}\n' * 40,
    ACCELEROMETER: b'{"invented": "accelerometer"}\n' * 9000,
    STEP_TRAINER: b'{"invented": "step_trainer"}\n' * 70,
}
Run = Callable[..., int]


class Handler(BaseHTTPRequestHandler):
    """Serves the server's files; the answers queued for a path come first, one a request."""

    server: Server

    def do_GET(self) -> None:
        path = self.path.removeprefix("/course/")
        self.server.requests.append(path)
        queue = self.server.answers.get(path)
        if queue:
            queue.pop(0)(self)
        elif path in self.server.files:
            self.reply(self.server.files[path])
        else:
            self.send_error(404)

    def reply(self, body: bytes, announced: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


class Server(ThreadingHTTPServer):
    """A server with answers to order and a list of what was asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/course"
        self.files = dict(INVENTED)
        self.answers: dict[str, list[Callable[[Handler], None]]] = {}
        self.requests: list[str] = []
        self.released = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some of these tests are about."""


def truncated(handler: Handler) -> None:
    """Announce the whole body, send half of it, hang up."""
    body = INVENTED[handler.server.requests[-1]]
    handler.reply(body[: len(body) // 2], announced=len(body))


def stalled(handler: Handler) -> None:
    """Send half of the body, then keep the connection open and say nothing more."""
    truncated(handler)
    handler.server.released.wait(10)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.released.set()
        running.shutdown()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The landing root to fill; it does not exist yet."""
    return tmp_path / "course"


@pytest.fixture
def run(server: Server, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the invented files, without waiting; returns its exit code."""
    lines = [f"{p},{len(b)},{hashlib.sha256(b).hexdigest()}" for p, b in INVENTED.items()]
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("\n".join(["path,bytes,sha256", *lines]) + "\n")
    monkeypatch.setattr(fetch_landing, "MANIFEST", manifest)
    monkeypatch.setattr(pooch.core.time, "sleep", lambda _: None)
    options = ["--base-url", server.url, "--out", str(out)]

    def run_it(*more: str, accept: bool = True) -> int:
        return fetch_landing.main([*options, *["--accept-licence"] * accept, *more])

    return run_it


@pytest.fixture
def error(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """A function that returns what is on stderr: one line, the error."""

    def read() -> str:
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("fetch_landing.py: error: ")
        return line

    return read


def below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden and partial ones too."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def put(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def terminal(text: str) -> io.StringIO:
    """A standard input that says it is a terminal and on which `text` was typed."""
    typed = io.StringIO(text)
    typed.isatty = lambda: True  # type: ignore[method-assign]
    return typed


# The files


def test_downloads_every_file_and_says_how_to_build(run, out, capsys) -> None:
    assert run() == 0
    assert below(out) == INVENTED and len(list(out.iterdir())) == 3
    captured = capsys.readouterr()
    assert captured.out.startswith(fetch_landing.LICENCE) and captured.err == ""
    assert "3 files, all right (3 downloaded, 0 kept)" in captured.out
    last = captured.out.splitlines()[-1]
    assert last.endswith(f"STEDI_LANDING={out} STEDI_PUBLISHED_COUNTS=true make build")


def test_goes_on_after_a_failure_and_keeps_right_files(run, server, out, capsys) -> None:
    del server.files[STEP_TRAINER]
    assert run() == 1
    assert set(below(out)) == {CUSTOMER, ACCELEROMETER}
    server.files = dict(INVENTED)
    server.requests.clear()
    assert run() == 0 and run() == 0
    assert server.requests == [STEP_TRAINER]
    assert below(out) == INVENTED
    assert "3 files, all right (0 downloaded, 3 kept)" in capsys.readouterr().out


def test_a_wrong_file_stays_before_any_download_unless_overwritten(run, server, out, error):
    wrong = b"x" * len(INVENTED[STEP_TRAINER])
    put(out / CUSTOMER, INVENTED[CUSTOMER])
    mine = put(out / STEP_TRAINER, wrong)
    assert run() == 1
    line = error()
    assert str(mine) in line and "--overwrite" in line
    assert server.requests == [] and mine.read_bytes() == wrong
    del server.files[STEP_TRAINER]
    assert run("--overwrite") == 1
    assert mine.read_bytes() == wrong
    server.files = dict(INVENTED)
    assert run("--overwrite") == 0
    assert CUSTOMER not in server.requests and below(out) == INVENTED


def test_refuses_other_files_that_a_build_would_read(run, server, out, error) -> None:
    put(out / "customer/landing/_note.txt", b"a build skips this one")
    put(out / "customer/landing/a_$folder$", b"")
    stranger = put(out / "customer/landing/generated.json", b"{}\n")
    assert run() == 1
    assert str(stranger) in error()
    assert server.requests == []


def test_out_that_is_a_file_is_one_line(run, out, error) -> None:
    put(out, b"not a folder")
    assert run() == 1
    assert f"{out}" in error()


def test_a_build_never_sees_a_part(run, server, out) -> None:
    seen = []

    def answer(handler: Handler) -> None:
        content = INVENTED[CUSTOMER]
        handler.reply(content[:5], announced=len(content))
        seen.extend(path for path in below(out) if not path.startswith("."))
        handler.wfile.write(content[5:])

    server.answers[CUSTOMER] = [answer]
    assert run() == 0
    assert seen == []


# Server and network


def test_another_content_is_named_and_leaves_nothing(run, server, out, error) -> None:
    server.files[CUSTOMER] = b"x" * len(INVENTED[CUSTOMER])
    assert run() == 1
    line = error()
    assert f"error: {CUSTOMER}: " in line and hashlib.sha256(INVENTED[CUSTOMER]).hexdigest() in line
    assert f"{server.url}/{CUSTOMER}" in line and "--base-url" in line
    assert below(out) == {}


@pytest.mark.parametrize("answer", [truncated, lambda handler: handler.send_error(500)])
def test_errors_are_tried_again_and_end(run, server, out, error, answer) -> None:
    server.answers[ACCELEROMETER] = [answer] * fetch_landing.RETRIES
    assert run() == 0
    assert Counter(server.requests)[ACCELEROMETER] == fetch_landing.RETRIES + 1
    assert below(out) == INVENTED
    server.answers[CUSTOMER] = [answer] * 9
    (out / CUSTOMER).unlink()
    assert run() == 1
    line = error()
    assert f"error: {CUSTOMER}: " in line and "run again" in line
    assert CUSTOMER not in below(out)


def test_a_missing_file_and_a_silent_server_are_one_line(
    run, server, out, error, monkeypatch
) -> None:
    monkeypatch.setattr(fetch_landing, "TIMEOUT_SECONDS", 0.1)
    server.answers[CUSTOMER] = [stalled] * 9
    assert run() == 1
    assert "timed out" in error() and below(out) == {}
    server.answers.clear()
    del server.files[CUSTOMER]
    assert run() == 1
    assert f"404 Client Error: Not Found for url: {server.url}/{CUSTOMER}" in error()


def test_ctrl_c_leaves_no_partial_file(run, server, out, capsys) -> None:
    def interrupt(handler: Handler) -> None:
        truncated(handler)
        os.kill(os.getpid(), signal.SIGINT)
        handler.server.released.wait(10)

    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    server.answers[ACCELEROMETER] = [interrupt]
    try:
        assert run() == 130
    finally:
        signal.signal(signal.SIGINT, previous)
    assert "interrupted: finished files are kept" in capsys.readouterr().err
    assert below(out) == {CUSTOMER: INVENTED[CUSTOMER]}


# The licence


def test_without_terminal_and_option_nothing_is_downloaded(
    run, server, out, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert run(accept=False) == 2
    captured = capsys.readouterr()
    assert "BY-NC-ND" in captured.out and "--accept-licence" in captured.err
    assert server.requests == [] and not out.exists()


@pytest.mark.parametrize("typed", ["no\n", "y\n", "\n", ""])
def test_any_answer_but_yes_downloads_nothing(run, server, out, monkeypatch, error, typed) -> None:
    monkeypatch.setattr(sys, "stdin", terminal(typed))
    assert run(accept=False) == 2
    assert "not accepted" in error()
    assert server.requests == [] and not out.exists()


def test_yes_on_a_terminal_downloads(run, out, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", terminal("yes\n"))
    assert run(accept=False) == 0
    assert below(out) == INVENTED


@pytest.mark.parametrize("address", ["file:///etc", "example.com/course", ""])
def test_base_url_must_be_http(run, address: str, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--base-url", address)
    assert stopped.value.code == 2
    assert "http or https" in capsys.readouterr().err


# The shipped manifest


@pytest.mark.parametrize("text", ["path,bytes,sha256\n", "path,bytes,sha256\nf.json,1,\n"])
def test_a_manifest_that_would_check_nothing_is_refused(run, error, text: str) -> None:
    fetch_landing.MANIFEST.write_text(text)
    assert run() == 1
    assert "is broken: restore it" in error()


def manifest() -> list[dict[str, str]]:
    with fetch_landing.MANIFEST.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_shipped_manifest_is_well_formed() -> None:
    rows = manifest()
    feeds = Counter(row["path"].split("/")[0] for row in rows)
    assert feeds == {"customer": 1, "accelerometer": 9, "step_trainer": 3}
    for row in rows:
        assert list(row) == ["path", "bytes", "sha256"] and int(row["bytes"]) > 0
        assert re.fullmatch(r"(\w+)/landing/\1-[0-9]+\.json", row["path"])
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
    assert len({row["path"] for row in rows}) == len({row["sha256"] for row in rows}) == 13


def test_course_files_match_the_shipped_manifest() -> None:
    folder = os.environ.get("STEDI_COURSE_LANDING")
    if not folder:
        pytest.skip("STEDI_COURSE_LANDING does not point to the course's files; none are shipped")
    for row in manifest():
        assert fetch_landing.is_right(Path(folder, row["path"]), row["sha256"], False), row["path"]
