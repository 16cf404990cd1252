"""Landing on S3 grows and changes between builds on Athena; two builds meet, and one is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.conformance import oracle
from tests.conformance.cases.random_landing import random_file, random_records
from tests.conformance.history import History
from tests.support.athena_lakehouse import LANDING, AthenaLakehouse
from tests.support.lakehouse import PROJECT

STAGING = ("--select", "path:models/staging")
KILLS = int(os.environ.get("STEDI_KILLS", "5"))
PATIENCE_SECONDS = 600  # reached by failing tests only

Put = Callable[..., None]


@pytest.fixture
def history(athena_lakehouse: AthenaLakehouse, tmp_path: Path) -> History:
    """A lakehouse whose staging tables are looked at; all else is made from them anew each time."""
    history = History(athena_lakehouse, tmp_path / "landing")
    history.watched = {f"stg_{feed}" for feed in oracle.FEEDS}
    return history


@pytest.fixture
def put(history: History) -> Put:
    """A function: lands a new file of a feed, or of each, flat or in a day of June 2022."""
    numbers = count()

    def land(day: int | None, *feeds: str) -> None:
        for feed in feeds or oracle.FEEDS:
            number = next(numbers)
            rng = random.Random(number)
            data, ending = random_file(rng, random_records(rng)[feed])
            folder = f"ingest_date=2022-06-{day:02}/" if day else ""
            history.landing.put(feed, f"{folder}part-{number}.json{ending}", data)

    return land


def test_an_empty_feed_outlives_a_full_refresh(history: History, put: Put) -> None:
    """dbt-adapters 1821: an incremental Iceberg table without a row was dropped, a __bkp stayed."""
    put(None)
    history.build("--full-refresh", *STAGING)
    for name in history.landing.files("accelerometer"):
        history.landing.take("accelerometer", name)
    for _ in range(2):
        history.build("--full-refresh", *STAGING)
        assert history.held["stg_accelerometer"].total() == 0
        assert not [name for name in history.lakehouse.tables() if "__" in name]
    put(None, "accelerometer")
    history.build(*STAGING)


@pytest.mark.full
def test_landing_by_arrival_grows(history: History, put: Put) -> None:
    for day in (10, 11, 12, 13):
        put(day)
    history.build("--full-refresh", *STAGING)
    put(14, "customer")
    put(13, "accelerometer")
    put(12, "step_trainer")
    history.build(*STAGING)
    history.build(*STAGING)  # nothing is new
    put(9, "customer")  # a day that was not there, before all others
    put(14, "accelerometer")
    history.landing.take("step_trainer", history.landing.files("step_trainer")[-1])
    history.build(*STAGING)
    put(10, "customer")  # against the contract: a day that is not among the newest
    assert history.run(*STAGING).success
    history.check()
    history.where = {"root": LANDING + "-2"}
    history.build(*STAGING)


@pytest.mark.full
def test_a_flat_landing_grows_and_shrinks(history: History, put: Put) -> None:
    put(None)
    put(None)
    history.build("--full-refresh", *STAGING)
    put(None, "customer", "accelerometer")
    name = history.landing.files("step_trainer")[0]
    history.landing.change("step_trainer", name, lambda data: data[: len(data) // 2])
    history.build(*STAGING)
    name = history.landing.files("customer")[0]
    history.landing.put("customer", f"again-{name}", history.landing.take("customer", name))
    history.settings = {"latest_time_ms": 1_655_564_400_035}
    history.build(*STAGING)
    history.settings = {}
    history.landing.lay_out("accelerometer", "ingest_date=2022-06-18")
    history.build(*STAGING)
    history.landing.lay_out("accelerometer", None)
    history.landing.put("customer", "2022/x.json", b"{}\n")
    history.refused("is in the wrong place", *STAGING)
    history.landing.take("customer", "2022/x.json")
    history.build(*STAGING)


@pytest.mark.full
def test_a_whole_lakehouse_grows(history: History, put: Put) -> None:
    history.watched = set(oracle.COLUMNS)
    put(10)
    history.build("--full-refresh")
    put(11)
    put(10, "customer")
    history.build()


def started(history: History, folder: Path) -> subprocess.Popen[str]:
    """A dbt of its own that loads what is new in the landing that was uploaded last."""
    lakehouse = history.lakehouse
    lakehouse.enter()
    lakehouse.environment.setenv("STEDI_LANDING", LANDING)
    command = [sys.executable, "-m", "dbt.cli.main", "run", *STAGING, "--target", "athena"]
    return subprocess.Popen(
        [*command, "--target-path", str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def at_rest(lakehouse: AthenaLakehouse) -> None:
    """Wait for statements that a killed dbt has left behind: Athena works on."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ids = lakehouse.athena.list_query_executions(MaxResults=20)["QueryExecutionIds"]
        found = lakehouse.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
        if all(each["Status"]["State"] not in ("QUEUED", "RUNNING") for each in found):
            return
        time.sleep(0.1)
    pytest.fail("in vain")


@pytest.mark.full
@pytest.mark.parametrize("number", range(3))
def test_two_builds_at_once_double_no_line(
    history: History, put: Put, tmp_path: Path, number: int
) -> None:
    put(10)
    history.build("--full-refresh", *STAGING)
    put(11)
    put(10)
    history.lakehouse.upload(history.landing.root)
    both = [started(history, tmp_path / f"target-{writer}") for writer in range(2)]
    said = [writer.communicate(timeout=PATIENCE_SECONDS)[0] for writer in both]
    history.held = {t: rows for t, rows in history.expected().items() if t in history.watched}
    history.check()
    assert 0 in [writer.returncode for writer in both], "\n".join(said)


@pytest.mark.full
def test_a_build_that_is_killed_at_any_moment(history: History, put: Put, tmp_path: Path) -> None:
    put(10)
    history.build("--full-refresh", *STAGING)
    seconds = 0.0
    for number in range(KILLS + 1):  # the first is only measured
        put(10 + number % 3)
        history.lakehouse.upload(history.landing.root)
        begun = time.monotonic()
        child = started(history, tmp_path / "target")
        if number:
            time.sleep(seconds * random.Random(number).uniform(0.3, 1))
            child.send_signal(signal.SIGKILL)
        child.communicate(timeout=PATIENCE_SECONDS)
        seconds = seconds or time.monotonic() - begun
        at_rest(history.lakehouse)
        history.interrupted()
        history.build(*STAGING)
