"""The life of a local Athena inside a process; with a stand-in for Trino, and with Trino itself.

The processes are programs of their own, since a process can have one AWS endpoint at a time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from .processes import is_alive, java_below, until_gone
from .stand_in import FAIL, SERVE, StandIn

# What a process looks like from inside: `state()` is compared before, within and after.
PRELUDE = """
import os, pathlib, boto3
from local_athena import LocalAthenaError
from local_athena.lifecycle import LocalAthena
def state():
    return dict(os.environ)
work = pathlib.Path("work")
before = state()
"""
RUNS = """
athena = LocalAthena(work, buckets=("one", "two"))
with athena:
    variables = athena.environment()
    assert variables.items() <= os.environ.items()
    assert athena.log_folder.parent == work.absolute()
    session = boto3.Session()
    names = {bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]}
    assert {"one", "two"} < names, names
    # The table with which it found out that Trino is ready is no longer there.
    found = session.client("glue").get_databases()["DatabaseList"]
    assert [database["Name"] for database in found] == ["default"]
    for name in names:
        assert "Contents" not in session.client("s3").list_objects_v2(Bucket=name)
assert state() == before
athena.stop()
"""
RUNS_TWICE = f"""
for _ in range(2):
    {RUNS.replace(chr(10), chr(10) + "    ")}
"""
FAILS = """
try:
    LocalAthena(work).start()
except LocalAthenaError as error:
    print(error)
assert state() == before
"""


def run(program: str, folder: Path, stand_in: StandIn) -> str:
    """Run a program to its end; return what it prints. Nothing temporary may stay."""
    (folder / "tmp").mkdir()
    result = subprocess.run(
        [sys.executable, "-c", PRELUDE + program],
        cwd=folder,
        env=os.environ | stand_in.environment | {"TMPDIR": str(folder / "tmp")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert list((folder / "tmp").iterdir()) == []
    return result.stdout


def test_it_lives_in_its_context_and_can_be_started_again(tmp_path: Path) -> None:
    run(RUNS_TWICE, tmp_path, StandIn(tmp_path, SERVE))
    assert len(list(tmp_path.glob("work/*/trino.log"))) == 2


def test_failed_start_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    assert "Trino ended" in run(FAILS, tmp_path, StandIn(tmp_path, FAIL))


@pytest.fixture
def real_up(tmp_path: Path) -> Iterator[tuple[subprocess.Popen, dict[str, str]]]:
    """An `up` with a real Trino, and the variables its line leads to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local_athena", "up", "--bucket", "landing"],
        cwd=tmp_path,
        # A proxy that is not there: nothing on this machine may ask for it.
        env=os.environ | {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    shown = subprocess.run(["sh", "-c", f"{line} env -0"], capture_output=True, text=True)
    variables = dict(pair.split("=", 1) for pair in shown.stdout.split("\0") if pair)
    yield process, variables
    process.kill()
    process.communicate()


def test_real_one_answers_a_query_and_ends_with_ctrl_c(real_up, monkeypatch) -> None:
    process, variables = real_up
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    s3, athena = session.client("s3"), session.client("athena")
    s3.put_object(Bucket="landing", Key="lines/one.txt", Body=b"one\n")
    s3.put_object(Bucket="landing", Key="lines/below/two.txt", Body=b"two\n")

    def execute(sql: str) -> list[str]:
        identity = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": "demo"},
            ResultConfiguration={"OutputLocation": "s3://landing/results/"},
        )["QueryExecutionId"]
        while True:
            status = athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]
            if status["Status"]["State"] not in ("QUEUED", "RUNNING"):
                assert status["Status"]["State"] == "SUCCEEDED", status
                break
            time.sleep(0.1)
        rows = athena.get_query_results(QueryExecutionId=identity)["ResultSet"]["Rows"]
        return [row["Data"][0].get("VarCharValue") for row in rows]

    execute("create database demo")
    execute("create external table demo.lines (line string) location 's3://landing/lines/'")
    assert execute("select line from demo.lines order by line") == ["line", "one", "two"]

    java = java_below(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    assert not is_alive(java)


def test_real_one_ends_when_it_is_killed(real_up) -> None:
    process, _ = real_up
    java = java_below(process.pid)
    assert is_alive(java)
    process.kill()
    until_gone(java)
