"""What the tests on the local Athena share: one of it, started once by each worker."""

from __future__ import annotations

import signal
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from athena_lakehouse import SETTINGS, AthenaLakehouse
from lakehouse import PROJECT, Lakehouse
from landing_generator import cli as generator
from local_athena.lifecycle import LocalAthena

# A caller may ignore these (nohup, a job in the background), and every process started here would
# inherit that; the tests send them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that build a lakehouse: they take longest."""
    items.sort(key=lambda item: "athena_lakehouse" not in item.fixturenames)


@pytest.fixture(scope="session")
def local_athena():
    """A running local Athena with this project's buckets; its logs stay in logs/local_athena."""
    with LocalAthena(
        work_folder=PROJECT / "logs/local_athena", buckets=SETTINGS.buckets
    ) as started:
        yield started


@pytest.fixture(scope="session")
def session_environment():
    """Environment variables that last for the session."""
    with pytest.MonkeyPatch.context() as environment:
        yield environment


@pytest.fixture(scope="session", autouse=True)
def services_read_once(session_environment) -> None:
    """Have botocore read the descriptions of AWS's services once, not for each of its sessions.

    dbt-athena makes one a connection; this would be half of the time that dbt takes here.
    """
    loader = cache(botocore.session.create_loader)
    session_environment.setattr(botocore.session, "create_loader", loader)


@pytest.fixture(scope="session")
def lakehouse(tmp_path_factory: pytest.TempPathFactory, session_environment) -> Lakehouse:
    """A lakehouse on DuckDB."""
    return Lakehouse(tmp_path_factory.mktemp("duckdb"), session_environment)


@pytest.fixture(scope="session")
def athena_lakehouse(
    tmp_path_factory: pytest.TempPathFactory, session_environment, local_athena
) -> AthenaLakehouse:
    """A lakehouse on the local Athena."""
    return AthenaLakehouse(tmp_path_factory.mktemp("athena"), session_environment, local_athena)


@pytest.fixture(scope="session")
def generate(tmp_path_factory: pytest.TempPathFactory):
    """A function: options of the generator -> landing root."""

    def make(*options: str) -> Path:
        root = tmp_path_factory.mktemp("generated") / "landing"
        assert generator.main(["--out", str(root), *options]) == 0
        return root

    return make
