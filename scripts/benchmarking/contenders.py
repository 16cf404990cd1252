"""What is compared: each contender runs as a process of its own, on the same landing data."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from stedi.command import PROJECT, Problem

import duckdb

from make_pepper import make_pepper

from .landing import Landing
from .measure import measure

PYTHON = sys.executable
SCRIPTS = PROJECT / "scripts"
JOBS = SCRIPTS / "benchmarking" / "published_jobs.py"
SPARK = PROJECT / ".venv" / "spark"  # goes with the environment that it is made from
SELECTION = ("-s", "+machine_learning_curated")
# The published tables and their zones.
TABLES = {
    "customer_trusted": "trusted",
    "accelerometer_trusted": "trusted",
    "customers_curated": "curated",
    "step_trainer_trusted": "trusted",
    "machine_learning_curated": "curated",
}
# Contender -> what the page calls it, in the order in which they run.
LABELS = {
    "scan": "raw scan: DuckDB reads the typed JSON once",
    "hand": "by hand: DuckDB, the five tables as Parquet",
    "spark": "PySpark: the five published jobs",
    "published": "`dbt run -s +machine_learning_curated`",
    "run": "`dbt run`",
    "run_again": "`dbt run` again, nothing new",
    "run_new": "`dbt run` with 1 % new data",
    "build": "`dbt build`",
    "build_again": "`dbt build` again, nothing new",
    "build_new": "`dbt build` with 1 % new data",
    "athena": "`dbt build`",
    "athena_again": "`dbt build` again, nothing new",
    "athena_new": "`dbt build` with 1 % new data",
}
ON_ATHENA = ("athena", "athena_again", "athena_new")
PARTS = ("spark", "build", "athena")  # what --without may leave out


@dataclass(frozen=True)
class Round:
    """One round over the contenders of a size; `say` tells the user what is being done."""

    landing: Landing
    number: int
    say: Callable[[str], None]

    @property
    def work(self) -> Path:
        """A folder for what the contenders make; it is emptied before each."""
        return self.landing.folder / "work"

    def run(self, name: str, command: Sequence[str], **variables: str) -> tuple[dict, str]:
        """Measure a contender; return its figures and its output. Raises Problem."""
        self.say(name)
        environment = {**os.environ, "PYTHONPATH": str(SCRIPTS), **variables}
        log = self.landing.folder / "logs" / f"{name}-{self.number}.log"
        cost, output = measure(command, environment, PROJECT, log)
        return asdict(cost), output

    def fresh(self) -> Path:
        """Return the work folder, empty."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        return self.work

    def by_hand(self) -> Iterator[tuple[str, dict]]:
        """The raw scan, then the five tables."""
        for name, task in (("scan", "scan"), ("hand", "tables")):
            out = [str(self.fresh() / "tables")] * (task == "tables")
            command = [PYTHON, "-m", "benchmarking.by_hand", task, str(self.landing.flat), *out]
            figures, output = self.run(name, command)
            yield name, figures | last_line(output)

    def spark(self, python: str) -> Iterator[tuple[str, dict]]:
        """The published jobs, by a Python that has PySpark."""
        # Where nothing tells it otherwise: another Spark's or Java's settings are not ours.
        command = ["env", "-u", "SPARK_HOME", "-u", "PYTHONPATH", python, str(JOBS)]
        out = str(self.fresh() / "tables")
        figures, output = self.run("spark", [*command, str(self.landing.flat), out])
        yield "spark", figures | last_line(output)

    def project(self, name: str, command: str, *selection: str) -> Iterator[tuple[str, dict]]:
        """The project on DuckDB: cold; the whole of it also again, and with new data."""
        database = self.fresh() / "stedi.duckdb"
        yield name, self.dbt(name, database, command, *selection)
        if not selection:
            yield f"{name}_again", self.dbt(f"{name}_again", database, command)
            with self.landing.with_new_files():
                yield f"{name}_new", self.dbt(f"{name}_new", database, command)
        self.fresh()

    def warm_up(self) -> None:
        """Have dbt parse the project once, so that every run after finds it parsed."""
        self._dbt("parse", self.fresh() / "stedi.duckdb", "parse")

    def dbt(self, name: str, database: Path, *command: str) -> dict:
        """Run dbt on DuckDB; return its figures."""
        figures, target = self._dbt(name, database, *command)
        figures |= read_results(target)
        if name in ("published", "run", "build"):
            figures["rows"] = count_rows(database)
        return figures

    def _dbt(self, name: str, database: Path, *command: str) -> tuple[dict, Path]:
        target = prepare_dbt(self.landing.folder.parent)
        variables = {
            "STEDI_LANDING": str(self.landing.flat),
            "STEDI_DUCKDB": str(database),
            "STEDI_SECRET": str(target.parent / "secret"),
            **own_variables(target),
        }
        run = [PYTHON, "-m", "dbt.cli.main", *command, "--target", "local"]
        figures, _ = self.run(name, run, **variables)
        return figures, target

    def athena(self) -> Iterator[tuple[str, dict]]:
        """The project on a local Athena of its own, landing by arrival."""
        target = prepare_dbt(self.landing.folder.parent)
        logs = str(self.landing.folder / "logs" / "local_athena")
        inner = [PYTHON, "-m", "benchmarking.on_athena", str(self.landing.folder), str(target)]
        command = [PYTHON, "-m", "local_athena", "exec", "--logs", logs, "--", *inner]
        _, output = self.run("athena", command, **own_variables(target))
        yield from last_line(output).items()


def count_rows(database: Path) -> dict[str, int]:
    """Return how many rows each published table has in a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*) from stedi_{zone}.{table}").fetchall()[0][0]
            for table, zone in TABLES.items()
        }


def last_line(output: str) -> dict:
    """Read the JSON that a contender prints last."""
    return json.loads(output.splitlines()[-1])


def own_variables(target: Path) -> dict[str, str]:
    """Return variables that keep dbt away from the user's profile, target and logs."""
    return {
        "STEDI_SCHEMA": "stedi",
        "STEDI_PUBLISHED_COUNTS": "",
        "DBT_PROFILES_DIR": str(target.parent),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target.parent / "logs"),
    }


def prepare_dbt(folder: Path) -> Path:
    """Put a profile and a pepper into a folder; return its dbt target folder."""
    own = folder / "dbt"
    own.mkdir(exist_ok=True)
    shutil.copy(PROJECT / "profiles.example.yml", own / "profiles.yml")
    make_pepper(own / "secret")
    return own / "target"


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


def find_spark() -> str:
    """Return a Python that has PySpark, in an environment of what published_jobs.txt pins.

    Raises Problem where it cannot be made.
    """
    uv = shutil.which("uv") or str(PROJECT / ".uv/bin/uv")
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "true"}
    said = {"env": {**os.environ, **settings}, "capture_output": True, "text": True}
    try:
        make = [uv, "venv", "--allow-existing", "--python", PYTHON, str(SPARK)]
        subprocess.run(make, check=True, **said)
        python = str(SPARK / "bin" / "python")
        pins = str(JOBS.with_suffix(".txt"))
        install = [uv, "pip", "install", "--python", python, "--require-hashes", "-r", pins]
        subprocess.run(install, check=True, **said)
        return python
    except OSError as error:
        raise Problem(f"PySpark cannot be installed\n{uv}: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        raise Problem(f"PySpark cannot be installed\n{error.stderr.strip()}") from None


def check_athena() -> None:
    """Raise Problem where the local Athena is not installed."""
    if not importlib.util.find_spec("local_athena"):
        raise Problem("the local Athena is not installed: make benchmark installs it")
