"""scripts/fetch_landing.py against a local HTTP server, with invented files.

The real files are only looked at when STEDI_COURSE_LANDING points to a folder that holds them.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fetch_landing.py"
CUSTOMER = "customer/landing/customer-1.json"
ACCELEROMETER = "accelerometer/landing/accelerometer-1.json"
STEP_TRAINER = "step_trainer/landing/step_trainer-1.json"
INVENTED = {
    CUSTOMER: b'{"invented": "customer"}\n' * 40,
    ACCELEROMETER: b'{"invented": "accelerometer"}\n' * 9000,
    STEP_TRAINER: b'{"invented": "step_trainer"}\n' * 70,
}


def load_script() -> ModuleType:
    """Import the script from its path, since `scripts/` is no package."""
    spec = importlib.util.spec_from_file_location("fetch_landing", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


fetch_landing = load_script()
FAST = fetch_landing.Network(timeout_seconds=0.3, waits_seconds=(0.0, 0.0))


Run = Callable[..., int]
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Serves `server.files`; the answers queued in `server.answers` come first, one a request."""

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
        """Send `body` under a Content-Length of `announced` bytes (default: the true one)."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


class Server(ThreadingHTTPServer):
    """A server with a script of answers and a list of what was asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = dict(INVENTED)
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[str] = []
        self.released = threading.Event()
        self.half_sent = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some of these tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/course"


def status(code: int) -> Answer:
    """An answer with this HTTP status."""
    return lambda handler: handler.send_error(code)


def reset(handler: Handler) -> None:
    """Reset the connection before any answer."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def truncated(handler: Handler) -> None:
    """Announce the whole body, send half of it, hang up."""
    body = INVENTED[handler.server.requests[-1]]
    handler.reply(body[: len(body) // 2], announced=len(body))


def without_length(body: bytes) -> Answer:
    """A body whose end is the end of the connection, so that nothing announces its size."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def stalled(handler: Handler) -> None:
    """Send half of the body, then keep the connection open and say nothing more."""
    truncated(handler)
    handler.server.half_sent.set()
    handler.server.released.wait(10)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A running local server."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.released.set()
        running.shutdown()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of the invented files."""
    path = tmp_path / "manifest.csv"
    lines = [f"{p},{len(b)},{hashlib.sha256(b).hexdigest()}" for p, b in INVENTED.items()]
    path.write_text("\n".join(["path,bytes,sha256", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The landing root to fill; it does not exist yet."""
    return tmp_path / "course"


@pytest.fixture
def options(server: Server, manifest: Path, out: Path) -> list[str]:
    """The options that point the script at the invented files."""
    return ["--base-url", server.url, "--manifest", str(manifest), "--out", str(out)]


@pytest.fixture
def run(options: list[str]) -> Run:
    """Run the command with the licence accepted; returns its exit code."""
    return lambda *more: fetch_landing.main([*options, "--accept-licence", *more], FAST)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden and partial ones too."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def put(path: Path, body: bytes) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def error_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The error on stderr: one line that begins with `error:`, and no traceback."""
    lines = capsys.readouterr().err.splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1 and lines[-1] == errors[0]
    assert not any("Traceback" in line for line in lines)
    return errors[0]


def terminal(text: str) -> io.StringIO:
    """A standard input that says it is a terminal and on which `text` was typed."""
    typed = io.StringIO(text)
    typed.isatty = lambda: True  # type: ignore[method-assign]
    return typed


# Success, resuming, existing files


def test_downloads_every_file_and_says_how_to_build(
    run: Run, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert files_below(out) == INVENTED
    captured = capsys.readouterr()
    assert captured.out.startswith(fetch_landing.LICENCE)
    assert "3 files, all right (3 downloaded, 0 kept)" in captured.out
    last = captured.out.splitlines()[-1]
    assert last.endswith(f"STEDI_LANDING={out} STEDI_PUBLISHED_COUNTS=true make build")
    assert captured.err == ""  # no terminal, no progress bar


def test_keeps_right_files_without_asking_the_server(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(out / CUSTOMER, INVENTED[CUSTOMER])
    put(out / STEP_TRAINER, INVENTED[STEP_TRAINER])
    assert run() == 0
    assert server.requests == [ACCELEROMETER]
    assert "3 files, all right (1 downloaded, 2 kept)" in capsys.readouterr().out
    assert run() == 0
    assert server.requests == [ACCELEROMETER]
    assert "3 files, all right (0 downloaded, 3 kept)" in capsys.readouterr().out


def test_goes_on_after_a_failure(run: Run, server: Server, out: Path) -> None:
    server.answers[STEP_TRAINER] = [status(404)]
    assert run() == 1
    assert set(files_below(out)) == {CUSTOMER, ACCELEROMETER}
    assert run() == 0
    assert Counter(server.requests) == {CUSTOMER: 1, ACCELEROMETER: 1, STEP_TRAINER: 2}
    assert files_below(out) == INVENTED


@pytest.mark.parametrize("wrong", [b"my own\n", b"x" * len(INVENTED[STEP_TRAINER])])
def test_refuses_a_wrong_existing_file_before_any_download(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str], wrong: bytes
) -> None:
    mine = put(out / STEP_TRAINER, wrong)
    assert run() == 1
    line = error_line(capsys)
    assert str(mine) in line and f"{server.url}/{STEP_TRAINER}" in line and "--overwrite" in line
    assert server.requests == []
    assert files_below(out) == {STEP_TRAINER: wrong}


def test_overwrite_replaces_only_wrong_files(run: Run, server: Server, out: Path) -> None:
    put(out / CUSTOMER, INVENTED[CUSTOMER])
    put(out / STEP_TRAINER, b"my own\n")
    assert run("--overwrite") == 0
    assert sorted(server.requests) == [ACCELEROMETER, STEP_TRAINER]
    assert files_below(out) == INVENTED


def test_overwrite_keeps_the_old_file_when_the_download_fails(
    run: Run, server: Server, out: Path
) -> None:
    put(out / CUSTOMER, b"my own\n")
    server.answers[CUSTOMER] = [status(404)]
    assert run("--overwrite") == 1
    assert files_below(out) == {CUSTOMER: b"my own\n"}


def test_refuses_other_files_that_a_build_would_read(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(out / "customer/landing/_note.txt", b"a build skips this one")
    stranger = put(out / "customer/landing/generated.json", b"{}\n")
    assert run() == 1
    assert str(stranger) in error_line(capsys)
    assert server.requests == []


def test_out_that_is_a_file_is_one_line(
    run: Run, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(out, b"not a folder")
    assert run() == 1
    line = error_line(capsys)
    assert str(out) in line and "--out" in line


# Errors of the server and the network


def test_corrupted_file_is_named_and_leaves_nothing(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.files[CUSTOMER] = b"x" * len(INVENTED[CUSTOMER])
    assert run() == 1
    line = error_line(capsys)
    assert line.startswith(f"error: {CUSTOMER}: its SHA-256 is ")
    assert f"{server.url}/{CUSTOMER}" in line and "--base-url" in line
    assert server.requests == [CUSTOMER]  # asking again would bring the same bytes
    assert files_below(out) == {}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda handler: handler.reply(b"<html>sign in</html>"), id="announced"),
        pytest.param(without_length(INVENTED[CUSTOMER] + b"more"), id="not announced"),
    ],
)
def test_body_of_another_size_is_not_asked_for_again(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str], answer: Answer
) -> None:
    server.answers[CUSTOMER] = [answer]
    assert run() == 1
    assert "the server sends " in error_line(capsys)
    assert server.requests == [CUSTOMER]
    assert files_below(out) == {}


def test_unannounced_size_is_accepted_when_the_body_is_right(
    run: Run, server: Server, out: Path
) -> None:
    server.answers[CUSTOMER] = [without_length(INVENTED[CUSTOMER])]
    assert run() == 0
    assert files_below(out) == INVENTED


def test_missing_file_is_not_retried(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del server.files[CUSTOMER]
    assert run() == 1
    line = error_line(capsys)
    assert line.startswith(f"error: {CUSTOMER}: the server answered HTTP 404")
    assert f"{server.url}/{CUSTOMER}" in line and "--base-url" in line
    assert server.requests == [CUSTOMER]
    assert files_below(out) == {}


TRANSIENT = {"500": status(500), "429": status(429), "reset": reset, "truncated": truncated}


@pytest.mark.parametrize("answer", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_transient_errors_are_tried_again(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str], answer: Answer
) -> None:
    server.answers[ACCELEROMETER] = [answer, answer]
    assert run() == 0
    assert Counter(server.requests)[ACCELEROMETER] == 3
    assert files_below(out) == INVENTED
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == 2 and all("next attempt in 0 s" in note for note in notes)


@pytest.mark.parametrize("answer", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_transient_errors_end_after_the_last_attempt(
    run: Run, server: Server, out: Path, capsys: pytest.CaptureFixture[str], answer: Answer
) -> None:
    server.answers[CUSTOMER] = [answer] * 9
    assert run() == 1
    line = error_line(capsys)
    assert line.startswith(f"error: {CUSTOMER}: ") and f"{server.url}/{CUSTOMER}" in line
    assert "run again" in line
    assert server.requests == [CUSTOMER] * 3
    assert files_below(out) == {}


def test_truncated_body_says_how_much_came(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers[CUSTOMER] = [truncated] * 3
    assert run() == 1
    size = len(INVENTED[CUSTOMER])
    assert f"broke off after {size // 2} of {size} bytes" in error_line(capsys)


def test_silent_server_runs_into_the_timeout(
    options: list[str], server: Server, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers[CUSTOMER] = [stalled]
    once = fetch_landing.Network(timeout_seconds=0.1, waits_seconds=())
    assert fetch_landing.main([*options, "--accept-licence"], once) == 1
    assert "timed out" in error_line(capsys)
    assert files_below(out) == {}


def test_server_that_cannot_be_reached_is_one_line(
    run: Run, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as unused:  # bound and not listening: refuses connections
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert run("--base-url", url) == 1
    line = error_line(capsys)
    assert line.startswith(f"error: {CUSTOMER}: ") and f"({url}/{CUSTOMER})" in line
    assert files_below(out) == {}


def test_the_default_waits_grow() -> None:
    waits = fetch_landing.Network().waits_seconds
    assert len(waits) >= 2 and sorted(set(waits)) == list(waits)


# Interrupting


def test_ctrl_c_leaves_no_partial_file(options: list[str], server: Server, out: Path) -> None:
    server.answers[ACCELEROMETER] = [stalled]
    # A process that was started in the background may inherit an ignored SIGINT.
    start = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-c", start, str(SCRIPT), *options, "--accept-licence"]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert server.half_sent.wait(10)
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate(timeout=10)
        finally:
            child.kill()
    assert child.returncode == 130
    assert "interrupted" in errors and "Traceback" not in errors
    assert files_below(out) == {CUSTOMER: INVENTED[CUSTOMER]}


def test_ctrl_c_at_the_question(
    options: list[str],
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", terminal(""))
    monkeypatch.setattr("builtins.input", interrupt)
    assert fetch_landing.main(options, FAST) == 130
    assert server.requests == []
    assert "interrupted" in capsys.readouterr().err


# The licence


def test_without_terminal_and_option_nothing_is_downloaded(
    options: list[str],
    server: Server,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert fetch_landing.main(options, FAST) == 2
    captured = capsys.readouterr()
    assert "BY-NC-ND" in captured.out
    assert captured.err.startswith("error: ") and "--accept-licence" in captured.err
    assert server.requests == [] and not out.exists()


@pytest.mark.parametrize("typed", ["no\n", "y\n", "\n", ""])
def test_any_answer_but_yes_downloads_nothing(
    options: list[str],
    server: Server,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal(typed))
    assert fetch_landing.main(options, FAST) == 2
    assert "not accepted" in error_line(capsys)
    assert server.requests == [] and not out.exists()


def test_yes_on_a_terminal_downloads(
    options: list[str], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal("yes\n"))
    assert fetch_landing.main(options, FAST) == 0
    assert files_below(out) == INVENTED


# Options and manifests


@pytest.mark.parametrize("address", ["file:///etc", "example.com/course", ""])
def test_base_url_must_be_http(
    options: list[str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        fetch_landing.main([*options, "--base-url", address], FAST)
    assert stopped.value.code == 2
    assert "http or https" in capsys.readouterr().err


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="empty"),
        pytest.param([f"../outside.json,1,{'0' * 64}"], id="above the root"),
        pytest.param([f"/outside.json,1,{'0' * 64}"], id="absolute"),
        pytest.param([f"a/../../b.json,1,{'0' * 64}"], id="above the root, deeper"),
        pytest.param(["a.json,1"], id="no sum"),
        pytest.param([f"a.json,-1,{'0' * 64}"], id="negative size"),
        pytest.param([f"a.json,1,{'0' * 63}"], id="short sum"),
        pytest.param([f"a.json,1,{'0' * 64}"] * 2, id="twice"),
    ],
)
def test_malformed_manifest_is_refused(
    run: Run,
    server: Server,
    manifest: Path,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
) -> None:
    manifest.write_text("\n".join(["path,bytes,sha256", *lines]) + "\n", encoding="utf-8")
    assert run() == 1
    assert str(manifest) in error_line(capsys)
    assert server.requests == [] and not out.exists()


def test_absent_manifest_is_one_line(
    run: Run, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest.unlink()
    assert run() == 1
    assert str(manifest) in error_line(capsys)


def test_paths_inside_the_project_are_shown_as_make_wants_them() -> None:
    assert fetch_landing.shown(fetch_landing.DEFAULT_OUT) == "data/course"


# The shipped manifest


def test_shipped_manifest_is_well_formed() -> None:
    with fetch_landing.MANIFEST.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["path", "bytes", "sha256"]
    feeds = Counter(row["path"].split("/")[0] for row in rows)
    assert feeds == {"customer": 1, "accelerometer": 9, "step_trainer": 3}
    for row in rows:
        assert re.fullmatch(r"(\w+)/landing/\1-[0-9]+\.json", row["path"])
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
        assert int(row["bytes"]) > 0
    for column in ("path", "sha256"):
        assert len({row[column] for row in rows}) == 13
    assert len(fetch_landing.read_manifest(fetch_landing.MANIFEST)) == 13


def test_course_files_match_the_shipped_manifest() -> None:
    folder = os.environ.get("STEDI_COURSE_LANDING")
    if not folder:
        pytest.skip("STEDI_COURSE_LANDING does not point to the course's files; none are shipped")
    files = fetch_landing.read_manifest(fetch_landing.MANIFEST)
    wrong = [
        file.path for file in files if not fetch_landing.is_right(Path(folder, file.path), file)
    ]
    assert wrong == []
