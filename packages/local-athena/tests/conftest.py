"""What the tests on a real Trino share: one local Athena, started once by each worker."""

from __future__ import annotations

import signal
from functools import cache

import botocore.session
import pytest
from local_athena.lifecycle import LocalAthena

from .scenario_project import BUCKETS

# A caller may ignore these (nohup, a job in the background), and every process started here would
# inherit that; the tests send them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    slow = ("test_scenarios", "test_concurrency", "test_wheel")
    items.sort(key=lambda item: item.path.stem not in slow)


@pytest.fixture(scope="session")
def local_athena(tmp_path_factory: pytest.TempPathFactory):
    """A running local Athena with some empty buckets."""
    with LocalAthena(work_folder=tmp_path_factory.mktemp("logs"), buckets=BUCKETS) as started:
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
