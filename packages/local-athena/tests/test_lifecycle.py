"""The life of a local Athena inside a process; with a stand-in for Trino, and with Trino itself.

The processes are programs of their own, since a process can have one AWS endpoint at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
