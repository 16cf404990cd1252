"""Landing on S3 grows and changes between builds on Athena; two builds meet, and one is killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest
from dbt.adapters.athena.connections import AthenaCursor

from tests.conformance import oracle
from tests.conformance.cases.random_landing import random_file, random_records
from tests.conformance.history import History
from tests.support.athena_lakehouse import LANDING, AthenaLakehouse
from tests.support.interruptions import at_statement, in_a_child, kill
from tests.support.lakehouse import schema_of

STAGING = ("--select", "path:models/staging")
CUSTOMER = ("--select", "stg_customer")
ACCELEROMETER = ("--select", "stg_accelerometer")
TWO_FEEDS = ("--select", "stg_customer", "stg_accelerometer")
ASIDE = ("bkp", "ha")  # how dbt-athena names what it replaces, and what it replaces it with
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
    history.watched = {"stg_accelerometer"}
    put(None)
    history.build("--full-refresh", *ACCELEROMETER)
    for name in history.landing.files("accelerometer"):
        history.landing.take("accelerometer", name)
    for _ in range(2):
        history.build("--full-refresh", *ACCELEROMETER)
        assert history.held["stg_accelerometer"].total() == 0
        assert not history.lakehouse.tables() & {f"stg_accelerometer__{it}" for it in ASIDE}
    put(None, "accelerometer")
    history.build(*ACCELEROMETER)


def test_landing_by_arrival_grows(history: History, put: Put) -> None:
    """New days count at once, new files if their day is one of the newest that were loaded."""
    history.watched = {"stg_customer", "stg_accelerometer"}
    for day in (10, 11, 12, 13):
        put(day)
    history.build("--full-refresh", *TWO_FEEDS)
    for day in (9, 11, 14, 15):
        put(day, "customer")
    put(12, "accelerometer")
    history.build(*TWO_FEEDS)
    misplaced = [
        ("flat.json", "has a mixed layout"),
        ("ingest_date=2022-02-30/x.json", "is in the wrong place"),
    ]
    for name, said in misplaced:
        history.landing.put("customer", name, b"{}\n")
        history.refused(said, *CUSTOMER)
        history.landing.take("customer", name)
    named_as_a_day = "ingest_date=2022-06-18.json"
    history.landing.put("customer", named_as_a_day, b"{}\n")
    history.refused("is in the wrong place", "--full-refresh", *CUSTOMER)
    history.landing.take("customer", named_as_a_day)
    history.build(*CUSTOMER)
    before = set(history.landing.files("customer"))
    put(12, "customer")  # against the contract: the day before the newest three that are loaded
    (late,) = set(history.landing.files("customer")) - before
    history.landing.take("accelerometer", history.landing.files("accelerometer")[-1])
    assert history.run(*TWO_FEEDS).success
    history.held["stg_accelerometer"] = history.expected()["stg_accelerometer"]
    history.check()
    weekly = "stg_customer_has_one_row_per_landing_line"
    results = history.lakehouse.dbt("test", "--select", weekly).result
    (result,) = (each for each in results if each.node.name == weekly)
    assert result.status == "fail"
    rows = history.lakehouse.query(result.node.compiled_code)
    assert [row[0] for row in rows] == [f"customer/landing/{late}"]
    for gone in ("ingest_date=2022-06-10", ""):
        shutil.rmtree(history.landing.folder("customer") / gone)
        history.build(*TWO_FEEDS)


def test_a_flat_feed_grows_and_shrinks(history: History, put: Put) -> None:
    history.watched = {"stg_customer"}
    put(None, "customer")
    history.build("--full-refresh", *CUSTOMER)
    put(None, "customer")
    history.build(*CUSTOMER)
    name = history.landing.files("customer")[0]
    history.landing.change("customer", name, lambda data: data[: len(data) // 2])
    history.build(*CUSTOMER)
    history.landing.lay_out("customer", "ingest_date=2022-06-18")
    history.build(*CUSTOMER)


@pytest.mark.full
def test_staging_alone_remembers_the_build_before(history: History, put: Put) -> None:
    """What docs/runbooks/roll_back.md says of snapshots."""
    history.watched = {"stg_customer"}
    both = ("--select", "stg_customer", "customer_versions")
    ask = history.lakehouse.query

    def snapshots(zone: str, table: str) -> list:
        made = f'"stedi_{zone}"."{table}$snapshots"'
        return ask(f"select snapshot_id from {made} order by committed_at")

    put(10, "customer")
    history.build("--full-refresh", *both)
    lines = ask("select count(*) from stedi_staging.stg_customer")
    old_staging = snapshots("staging", "stg_customer")
    old_versions = snapshots("intermediate", "customer_versions")
    put(11, "customer")
    history.build(*both)
    assert ask("select count(*) from stedi_staging.stg_customer") > lines
    yesterday = f"stedi_staging.stg_customer for version as of {old_staging[-1][0]}"
    assert ask(f"select count(*) from {yesterday}") == lines
    new_versions = snapshots("intermediate", "customer_versions")
    assert old_versions and not {*old_versions} & {*new_versions}


@pytest.mark.full
def test_a_flat_landing_moves_and_changes(history: History, put: Put) -> None:
    put(None)
    put(None)
    history.build("--full-refresh", *STAGING)
    name = history.landing.files("customer")[0]
    history.landing.put("customer", f"again-{name}", history.landing.take("customer", name))
    history.settings = {"latest_time_ms": 1_655_564_400_035}
    history.build(*STAGING)
    history.landing.put("customer", "2022/x.json", b"{}\n")
    history.refused("is in the wrong place", *STAGING)
    history.landing.take("customer", "2022/x.json")
    history.settings = {}
    history.where = {"root": LANDING + "-2"}
    history.build(*STAGING)


@pytest.mark.full
def test_more_new_files_than_a_statement_can_name(history: History, put: Put) -> None:
    """Athena takes 262,144 bytes."""
    history.watched = {"stg_customer"}
    put(10, "customer")
    history.build("--full-refresh", *CUSTOMER)
    for number in range(1200):
        history.landing.put("customer", f"ingest_date=2022-06-10/{number:0200}.json", b"{}\n")
    history.build(*CUSTOMER)


@pytest.mark.full
def test_a_whole_lakehouse_grows(history: History, put: Put) -> None:
    history.watched = set(oracle.COLUMNS)
    put(10)
    history.build("--full-refresh")
    put(11)
    put(10, "customer")
    history.build()


def load(history: History, *arguments: str) -> bool:
    """Load customers from the landing that was uploaded last; return whether that went well."""
    lakehouse = history.lakehouse
    command = ("--no-write-json", "run", *CUSTOMER, *arguments)
    return lakehouse.dbt(*command, manifest=lakehouse.manifest).success


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


def test_two_builds_at_once_double_no_line(history: History, put: Put) -> None:
    """Both have found the same file to be new before either loads it."""
    history.watched = {"stg_customer"}
    put(10)
    history.build("--full-refresh", *CUSTOMER)
    put(11, "customer")
    history.lakehouse.upload(history.landing.root)
    processes = get_context("fork")  # copies of this one, as a new one would load dbt for seconds
    both_have_looked = processes.Barrier(2, timeout=PATIENCE_SECONDS)

    def write() -> None:
        with at_statement(1, both_have_looked.wait, "source_file not in", AthenaCursor):
            if not load(history):
                both_have_looked.abort()
                os._exit(1)

    writers = [processes.Process(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
        while writer.is_alive() and not both_have_looked.n_waiting:
            time.sleep(0.1)
    for writer in writers:
        writer.join()
    history.held = {"stg_customer": history.expected()["stg_customer"]}
    history.check()
    assert [writer.exitcode for writer in writers] == [0, 0]


def test_nothing_is_appended_to_what_another_build_has_loaded_anew(
    history: History, put: Put
) -> None:
    """With other settings, between this one's look at landing and its MERGE."""
    history.watched = {"stg_customer"}
    put(10)
    history.build("--full-refresh", *CUSTOMER)
    put(11, "customer")
    note = f"{schema_of('stg_customer')}.stg_customer_loaded_with"

    def load_anew() -> None:
        note_of_other = "select 'another' as landing_root, 'others' as settings"
        history.lakehouse.execute(f"create or replace view {note} as {note_of_other}")

    with at_statement(1, load_anew, "source_file not in", AthenaCursor):
        assert history.run(*CUSTOMER).success
    history.check()
    history.build(*CUSTOMER)


def test_a_build_that_is_killed_before_it_notes_its_settings(history: History, put: Put) -> None:
    """The next one does not take the table for one that was loaded with the settings before."""
    history.watched = {"stg_customer"}
    put(10)
    history.build("--full-refresh", *CUSTOMER)
    history.settings = {"latest_time_ms": 1_655_564_400_035}

    def load_anew() -> None:
        with at_statement(1, kill, "as landing_root,", AthenaCursor):
            load(history, "--vars", json.dumps(history.settings))

    assert in_a_child(load_anew)
    history.interrupted()
    history.settings = {}
    history.build(*CUSTOMER)


@pytest.mark.full
def test_a_build_that_is_killed_at_any_moment(history: History, put: Put) -> None:
    history.watched = {"stg_customer"}
    put(10)
    history.build("--full-refresh", *CUSTOMER)
    seconds = 0.0
    for number in range(KILLS + 1):  # the first is only measured
        put(10 + number % 3, "customer")
        history.lakehouse.upload(history.landing.root)
        how = ["--full-refresh"] * (number % 3 == 2)
        moment = seconds * random.Random(number).uniform(0.2, 1) if number else None
        begun = time.monotonic()
        in_a_child(lambda how=how: load(history, *how), kill_after=moment)
        seconds = seconds or time.monotonic() - begun
        at_rest(history.lakehouse)
        history.interrupted()
        history.build(*CUSTOMER)


@pytest.mark.full
def test_a_build_that_is_killed_as_it_replaces_a_table(history: History, put: Put) -> None:
    """Between its renames there is no table; what it has put aside holds people's rows."""
    history.watched = {"stg_customer"}
    put(10)
    history.build("--full-refresh", *CUSTOMER)

    def replace() -> None:
        with at_statement(2, kill, "rename to", AthenaCursor):
            load(history, "--full-refresh")

    assert in_a_child(replace)
    aside = {f"stg_customer__{name}" for name in ASIDE}
    assert history.lakehouse.tables() & (aside | history.watched) == aside
    history.build(*CUSTOMER)
    assert not history.lakehouse.tables() & aside
