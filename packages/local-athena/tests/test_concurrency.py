"""Writers that meet in one table, and an engine that dies under dbt."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from local_athena.lifecycle import LocalAthena

from .scenario_project import BUCKETS, ScenarioProject, failure

pytestmark = pytest.mark.full

ICEBERG_ERROR = 233  # the AthenaError.ErrorType after which dbt-athena tries again
PATIENCE_SECONDS = 300  # reached by failing tests only


class Writers:
    """Threads that insert one row each into a table that has one already."""

    def __init__(self, table: str, number: int) -> None:
        # No client may try again by itself: a test counts what was asked for.
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=number)
        self.athena = boto3.Session().client("athena", config=config)
        self.table = table
        self.numbers = range(1, number + 1)
        self.barrier = threading.Barrier(number)
        self.must_succeed("create schema if not exists concurrency")
        self.must_succeed(f"drop table if exists {table}")
        self.must_succeed(
            f"create table {table} (writer int) location 's3://lake/{table}/'"
            " tblproperties ('table_type' = 'ICEBERG')"
        )
        self.must_succeed(f"insert into {table} values (0)")

    def execute(self, sql: str) -> dict:
        """Run a statement to its end; return its execution."""
        execution_id = self.athena.start_query_execution(
            QueryString=sql,
            ResultConfiguration={"OutputLocation": "s3://results/concurrency/"},
        )["QueryExecutionId"]
        while True:
            execution = self.athena.get_query_execution(QueryExecutionId=execution_id)
            if execution["QueryExecution"]["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution["QueryExecution"]
            time.sleep(0.1)

    def must_succeed(self, sql: str) -> str:
        execution = self.execute(sql)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution["QueryExecutionId"]

    def insert(self, writer: int) -> dict:
        return self.execute(f"insert into {self.table} values ({writer})")["Status"]

    def all_at_once(self, work: Callable[[int], dict]) -> dict[int, dict]:
        """Let every writer work at the same moment: its number and what it returned."""

        def start(writer: int) -> dict:
            self.barrier.wait(PATIENCE_SECONDS)
            return work(writer)

        with ThreadPoolExecutor(len(self.numbers)) as threads:
            return dict(zip(self.numbers, threads.map(start, self.numbers), strict=True))

    def rows(self) -> list[int]:
        query = self.must_succeed(f"select writer from {self.table} order by writer")
        answer = self.athena.get_query_results(QueryExecutionId=query)
        return [int(row["Data"][0]["VarCharValue"]) for row in answer["ResultSet"]["Rows"][1:]]


def assert_lost_the_race(status: dict) -> None:
    assert status["State"] == "FAILED", status
    assert status["AthenaError"]["ErrorType"] == ICEBERG_ERROR, status
    assert status["AthenaError"]["ErrorMessage"].startswith("ICEBERG_COMMIT_ERROR"), status
    assert status["StateChangeReason"].startswith("ICEBERG_COMMIT_ERROR"), status


def test_an_append_leaves_its_row_or_says_that_it_failed(local_athena) -> None:
    writers = Writers("concurrency.once", 20)
    statuses = writers.all_at_once(writers.insert)
    succeeded = [writer for writer, status in statuses.items() if status["State"] == "SUCCEEDED"]
    for writer in statuses.keys() - set(succeeded):
        assert_lost_the_race(statuses[writer])
    assert succeeded, "somebody wins a race"
    assert writers.rows() == [0, *succeeded]


def test_appends_that_try_again_all_arrive_once(local_athena) -> None:
    writers = Writers("concurrency.again", 8)

    writers.all_at_once(lambda writer: until_it_succeeds(writers.insert, writer))
    assert writers.rows() == [0, *writers.numbers]


def test_no_update_of_a_row_is_lost(local_athena) -> None:
    writers = Writers("concurrency.counter", 8)

    def count(_: int) -> dict:
        return writers.execute(f"update {writers.table} set writer = writer + 1")["Status"]

    writers.all_at_once(lambda writer: until_it_succeeds(count, writer))
    assert writers.rows() == [8]


def until_it_succeeds(work: Callable[[int], dict], writer: int) -> dict:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (status := work(writer))["State"] != "SUCCEEDED":
        assert_lost_the_race(status)
        assert time.monotonic() < deadline, "in vain"
    return status


def test_dbt_fails_when_the_engine_dies_and_the_next_start_works(tmp_path: Path) -> None:
    said = in_a_process_of_its_own(build_while_trino_dies, tmp_path / "first")
    assert "the engine is not reachable: Trino" in said
    rows = in_a_process_of_its_own(build, tmp_path / "second")
    assert rows == [("Müller & Söhne", 4), ("Northwind", 4)]


def in_a_process_of_its_own(function: Callable, folder: Path) -> object:
    """AWS clients of a process talk to one local Athena, here to that of other tests."""
    folder.mkdir()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(function, folder).result(PATIENCE_SECONDS)


def build(folder: Path) -> list[tuple]:
    """Build; return the rows of the last model."""
    with started(folder) as athena, pytest.MonkeyPatch.context() as environment:
        shop = ScenarioProject(folder, environment, athena)
        result = shop.dbt("build", "--select", "+priced_routes")
        assert result.success, failure(result)
        return shop.query("select * from shop.priced_routes order by name")


def build_while_trino_dies(folder: Path) -> str:
    """Kill Trino while it works on the last model; return what dbt says."""
    with started(folder) as athena, pytest.MonkeyPatch.context() as environment:
        shop = ScenarioProject(folder, environment, athena)
        with ThreadPoolExecutor(1) as thread:
            killing = thread.submit(kill_during, "priced_routes", athena)
            result = shop.dbt("build", "--select", "+priced_routes", "--vars", "{stops: 10000}")
            killing.result(PATIENCE_SECONDS)
        statuses = [(node.node.name, node.status) for node in result.result]
        assert statuses == [
            ("carriers", "success"),
            ("carrier_fees", "success"),
            ("priced_routes", "error"),
        ]
        return failure(result)


def started(folder: Path) -> LocalAthena:
    return LocalAthena(work_folder=folder / "logs", buckets=BUCKETS)


def kill_during(model: str, athena: LocalAthena) -> None:
    """Wait until a model's statement runs, then kill Trino."""
    client = boto3.Session().client("athena")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(
        execution["Status"]["State"] == "RUNNING" and f'"{model}"' in execution["Query"]
        for execution in recent_executions(client)
    ):
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.1)
    os.killpg(athena.trino.process_group, signal.SIGKILL)


def recent_executions(client) -> list[dict]:
    ids = client.list_query_executions(MaxResults=10)["QueryExecutionIds"]
    if not ids:
        return []
    return client.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
