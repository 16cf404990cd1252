"""A build on DuckDB that is killed or runs out of disk: whole tables, and the next one repairs."""

from __future__ import annotations

import os
import random
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.cases.random_landing import random_records
from tests.conformance.history import History, Tables, assert_equal, fresh_build
from tests.support.interruptions import at_statement, in_a_child, kill
from tests.support.lakehouse import Lakehouse, failure
from tests.support.records import lines

KILLS = int(os.environ.get("STEDI_KILLS", "3"))


@dataclass
class Grown:
    """A lakehouse that was built before its landing grew."""

    history: History
    database: bytes  # as it was then
    before: Tables
    after: Tables  # what a build makes now
    seconds: float  # that it takes

    def start_again(self) -> None:
        database = self.history.lakehouse.database
        database.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        database.write_bytes(self.database)

    def check(self) -> None:
        """Each table is as before, as after, or absent; the next build makes all as after.

        A table that was replaced may be there still, under another name; not after that build.
        """
        for name, rows in self.history.lakehouse.snapshot().items():
            table = name.removesuffix("__dbt_backup")
            assert rows in (self.before.get(table), self.after.get(table)), name
        result = self.history.run()
        assert result.success, failure(result)
        assert_equal(self.history.lakehouse.snapshot(), self.after)


def land(history: History, seed: int) -> None:
    """A new file for each feed."""
    for feed, records in random_records(random.Random(seed)).items():
        history.landing.put(feed, f"part-{seed}.json", lines(records))


@pytest.fixture(scope="module")
def grown(lakehouse: Lakehouse, tmp_path_factory: pytest.TempPathFactory) -> Grown:
    history = History(lakehouse, tmp_path_factory.mktemp("grown") / "landing")
    lakehouse.database.unlink(missing_ok=True)
    land(history, 1)
    assert history.run().success
    before, database = lakehouse.snapshot(), lakehouse.database.read_bytes()
    land(history, 2)
    begun = time.monotonic()
    after = fresh_build(history)
    seconds = time.monotonic() - begun
    assert all(rows != before[table] for table, rows in after.items() if table.startswith("stg_"))
    return Grown(history, database, before, after, seconds)


@pytest.mark.parametrize("number", range(KILLS))
def test_a_build_that_is_killed_at_any_moment(grown: Grown, number: int) -> None:
    grown.start_again()
    arguments = ["--full-refresh"] * (number % 3 == 2)
    moment = random.Random(number).random() * grown.seconds
    in_a_child(lambda: grown.history.run(*arguments), kill_after=moment)
    grown.check()


def test_a_copy_of_a_replaced_table_does_not_stay(grown: Grown) -> None:
    """It holds rows of people who may have withdrawn since."""
    grown.start_again()

    def run() -> None:
        with at_statement(1, kill, 'drop table if exists "stedi"."stedi_staging"'):
            grown.history.run("--full-refresh", "--threads", "1")

    assert in_a_child(run)
    assert any(name.endswith("__dbt_backup") for name in grown.history.lakehouse.tables())
    grown.check()


@pytest.mark.parametrize("most_bytes", [10_000, 100_000])
def test_a_disk_that_is_full(grown: Grown, tmp_path: Path, most_bytes: int) -> None:
    grown.start_again()
    said = tmp_path / "said"

    def run() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        result = grown.history.run("--full-refresh")
        said.write_text("" if result.success else failure(result))

    in_a_child(run)
    assert "File too large" in said.read_text()
    grown.check()
