"""scripts/query.py: progress, Ctrl-C, readers that go."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from athena_query.execution import Query
from athena_server import (
    FAST,
    GB,
    ID,
    RUNNING,
    SCRIPT,
    SQL,
    SUCCEEDED,
    Athena,
    Refusal,
    child,
    interrupted,
)


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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ctrl_c_that_comes_while_python_finalizes_an_object_is_not_lost() -> None:
    class Answer(dict):
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)  # what is raised here is dropped

    def get_query_execution(QueryExecutionId: str) -> dict:
        status = {"State": RUNNING}
        return Answer(QueryExecution={"QueryExecutionId": QueryExecutionId, "Status": status})

    query = Query(SimpleNamespace(get_query_execution=get_query_execution), {}, FAST)
    query.id = ID
    answers = iter(range(20))
    with pytest.raises(KeyboardInterrupt):
        query.wait(lambda _: next(answers))


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
