"""What the tests share: lakehouses on either engine, generated landing data, one local Athena."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_generator import cli as generator

from tests.support.lakehouse import PROJECT, Lakehouse

# A caller may ignore these (nohup, a job in the background), and every process started here would
# inherit that; the tests send them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that build a lakehouse on Athena: they take longest."""
    items.sort(key=lambda item: "athena_lakehouse" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def session_environment():
    """Environment variables that last for the session."""
    with pytest.MonkeyPatch.context() as environment:
        yield environment


@pytest.fixture(scope="session")
def lakehouse(tmp_path_factory: pytest.TempPathFactory, session_environment) -> Lakehouse:
    """A lakehouse on DuckDB, one for many builds: dbt parses the project once."""
    return Lakehouse(tmp_path_factory.mktemp("lakehouse"), session_environment)


@pytest.fixture
def landing_root(lakehouse: Lakehouse) -> Path:
    """An empty landing root, always at one place: dbt parses anew where a variable has changed."""
    root = lakehouse.folder / "landing"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    return root


@pytest.fixture(scope="session")
def generate(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function: options of the generator -> landing root."""

    def make(*options: str) -> Path:
        root = tmp_path_factory.mktemp("generated") / "landing"
        assert generator.main(["--out", str(root), *options]) == 0
        return root

    return make


@pytest.fixture(scope="session")
def generated_landing(generate) -> Path:
    """The generator's default landing data."""
    return generate()


@pytest.fixture(scope="session")
def local_athena():
    """A running local Athena with this project's buckets, one for each worker.

    Its logs stay in logs/local_athena. The packages it takes are imported here, as most tests need
    none of them.
    """
    from local_athena.lifecycle import LocalAthena

    from tests.support.athena_lakehouse import BUCKETS

    with LocalAthena(work_folder=PROJECT / "logs/local_athena", buckets=BUCKETS) as started:
        yield started


@pytest.fixture(scope="session")
def athena_lakehouse(tmp_path_factory: pytest.TempPathFactory, session_environment, local_athena):
    """A lakehouse on the local Athena."""
    from tests.support.athena_lakehouse import AthenaLakehouse

    return AthenaLakehouse(tmp_path_factory.mktemp("athena"), session_environment, local_athena)
