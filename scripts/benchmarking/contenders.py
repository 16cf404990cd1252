"""What is compared, on the same landing data; each command is a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from stedi.command import PROJECT, Problem
from stedi.settings import Settings

import boto3
import duckdb

import build_cost
from make_pepper import make_pepper

from . import landing
from .measure import measure
from .published import TABLES

HERE = Path(__file__).parent
SPARK = PROJECT / ".venv/spark/bin/python"
SELECTION = ("-s", "+machine_learning_curated")
LARGE = 100  # above it only `dbt run` is measured, with so much memory and so little:
MUCH, LITTLE = "12GB", "4GB"
USD_PER_TB = 5.0  # Athena's list price
STAGING = "model.stedi.stg_"

Figures = Iterator[tuple[str, dict]]


@dataclass(frozen=True)
class Bench:
    """A size, and its folders in the one of the data."""

    data: Path
    size: float

    @property
    def landing(self) -> Path:
        """The landing data."""
        return self.data / f"{self.size:g}x"

    def fresh(self) -> Path:
        """Return the folder for what a contender makes, empty."""
        shutil.rmtree(self.data / "work", ignore_errors=True)
        (self.data / "work").mkdir()
        return self.data / "work"

    def run(self, name: str, command: Sequence[str | Path], **variables: str) -> tuple[dict, str]:
        """Measure a command; return its figures and its output. Raises Problem."""
        print(f"size {self.size:g}: {name}", file=sys.stderr, flush=True)
        log = self.data / "logs" / f"{self.size:g}x-{name}.log"
        return measure([str(word) for word in command], log, os.environ | variables)

    def script(self, name: str, command: Sequence[str | Path]) -> dict:
        """Measure a script that prints its figures last."""
        figures, output = self.run(name, command)
        return figures | json.loads(output.splitlines()[-1])

    def dbt(self, name: str, *command: str, **variables: str) -> dict:
        """Measure a command of dbt, away from the user's profile, pepper, target and logs."""
        own = self.data / "dbt"
        own.mkdir(exist_ok=True)
        shutil.copy(PROJECT / "profiles.example.yml", own / "profiles.yml")
        make_pepper(own / "secret")
        variables = {
            "STEDI_SCHEMA": "stedi",
            "STEDI_PUBLISHED_COUNTS": "",
            "STEDI_LANDING": str(self.landing / "flat"),
            "STEDI_DUCKDB": str(self.data / "work" / "stedi.duckdb"),
            "STEDI_SECRET": str(own / "secret"),
            "DBT_PROFILES_DIR": str(own),
            "DBT_TARGET_PATH": str(own / "target"),
            "DBT_LOG_PATH": str(own / "logs"),
            **variables,
        }
        figures, _ = self.run(name, [sys.executable, "-m", "dbt.cli.main", *command], **variables)
        return figures if command[0] == "parse" else figures | read_results(own / "target")


def by_hand(bench: Bench) -> Figures:
    """The raw scan, then the five tables."""
    script = [sys.executable, HERE / "by_hand.py", bench.landing / "flat"]
    yield "scan", bench.script("scan", script)
    yield "hand", bench.script("hand", [*script, bench.fresh() / "tables"])


def spark(bench: Bench) -> Figures:
    """The published jobs. Another Spark's or Java's settings are not theirs."""
    script = ["env", "-u", "SPARK_HOME", "-u", "PYTHONPATH", SPARK, HERE / "published_jobs.py"]
    out = bench.fresh() / "tables"
    yield "spark", bench.script("spark", [*script, bench.landing / "flat", out])


def project(bench: Bench) -> Figures:
    """The project on DuckDB: cold; the whole of it also again, and with new data."""
    landing.show_new_files(bench.landing, False)
    bench.fresh()
    # So that each finds the project parsed.
    bench.dbt("parse", "parse")
    if bench.size > LARGE:
        yield "run", cold(bench, "run", "run", STEDI_MEMORY=MUCH)
        yield "run_little", cold(bench, "run_little", "run", STEDI_MEMORY=LITTLE)
    else:
        yield "published", cold(bench, "published", "run", *SELECTION)
        for command in ("run", "build"):
            yield command, cold(bench, command, command)
            yield f"{command}_again", bench.dbt(f"{command}_again", command)
            landing.show_new_files(bench.landing, True)
            yield f"{command}_new", bench.dbt(f"{command}_new", command)
            landing.show_new_files(bench.landing, False)
    bench.fresh()


def cold(bench: Bench, name: str, *command: str, **variables: str) -> dict:
    """Measure a command of dbt without a database, and count the published tables."""
    database = bench.fresh() / "stedi.duckdb"
    figures = bench.dbt(name, *command, **variables)
    zones = {table: "curated" if "curated" in table else "trusted" for table in TABLES}
    with duckdb.connect(str(database), read_only=True) as lake:
        rows = {
            table: lake.sql(f"select count(*) from stedi_{zone}.{table}").fetchall()[0][0]
            for table, zone in zones.items()
        }
    return figures | {"rows": rows}


def athena(bench: Bench) -> Figures:
    """The project on a local Athena, landing by arrival: cold, again, with the day that comes."""
    from local_athena import LocalAthenaError, settings
    from local_athena.lifecycle import LocalAthena

    found = settings.read(PROJECT / "local_athena.toml")
    try:
        with LocalAthena(bench.data / "logs" / "local_athena", found.buckets):
            bucket, _, prefix = found.variables["STEDI_SECRET"][5:].partition("/")
            make_pepper(bench.data / "dbt" / "secret")
            pepper = bench.data / "dbt" / "secret" / "pepper"
            boto3.client("s3").upload_file(pepper, bucket, f"{prefix}/pepper")
            upload(bench, "arrival", found.variables["STEDI_LANDING"])
            for name in ("athena", "athena_again", "athena_new"):
                if name == "athena_new":
                    upload(bench, "new", found.variables["STEDI_LANDING"])
                figures = bench.dbt(name, "build", "--target", "athena", **found.variables)
                yield name, figures | bill(bench.data / "dbt" / "target")
    except LocalAthenaError as error:
        raise Problem(str(error)) from None


def upload(bench: Bench, folder: str, root: str) -> None:
    """Put landing data in place."""
    script = PROJECT / "scripts/upload_landing.py"
    bench.run(f"upload of {folder}", [sys.executable, script, bench.landing / folder, root])


def bill(target: Path) -> dict:
    """Return what Athena would bill for dbt's newest command: queries, bytes scanned, USD.

    `staged` is how many of the bytes the models of staging scanned: they alone read landing.
    """
    build = build_cost.newest_build(Settings("", Path(), "stedi", target))
    start = build.start - build_cost.CLOCKS
    executions = build_cost.history(boto3.client("athena"), "primary", start)
    costs = build_cost.costs_by_node(executions, build, "stedi_", USD_PER_TB)
    of_staging = [each for node in costs if node.startswith(STAGING) for each in costs[node]]
    whole = build_cost.total(chain.from_iterable(costs.values()))
    return whole._asdict() | {"staged": build_cost.total(of_staging).scanned}


def read_results(target: Path) -> dict:
    """Return the node time of dbt's newest run, and the seconds of its models by zone.

    The node time is the end of the last node less the start of the first: without dbt's own start,
    with its pauses. Models run at the same time, so the zones add up to more.
    """
    found = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    times = [timing for result in found for timing in result["timing"]]
    start = min(datetime.fromisoformat(timing["started_at"]) for timing in times)
    end = max(datetime.fromisoformat(timing["completed_at"]) for timing in times)
    zones: Counter[str] = Counter()
    for result in found:
        if result["unique_id"].startswith("model."):
            schema = result["relation_name"].split(".")[-2].strip('"')
            zones[schema.removeprefix("stedi_")] += result["execution_time"]
    return {"node_s": (end - start).total_seconds(), "zones": zones}


def check(names: Sequence[str], size: float) -> None:
    """Raise Problem if contenders cannot be measured here, or not at this size."""
    if "athena" in names and size > LARGE:
        raise Problem(f"athena is measured up to size {LARGE}: name a smaller one")
    is_there = {"spark": SPARK.exists(), "athena": importlib.util.find_spec("local_athena")}
    for name in names:
        if not is_there.get(name, True):
            raise Problem(f"{name} is not installed: use make benchmark, or leave it out by --only")


GROUPS = {"hand": by_hand, "spark": spark, "project": project, "athena": athena}
