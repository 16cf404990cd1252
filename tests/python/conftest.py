"""What the tests of the dbt project share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lakehouse import Lakehouse
from landing_generator import cli as generator


@pytest.fixture(scope="session")
def session_environment():
    """Environment variables that last for the session."""
    with pytest.MonkeyPatch.context() as environment:
        yield environment


@pytest.fixture(scope="session")
def lakehouse(tmp_path_factory: pytest.TempPathFactory, session_environment) -> Lakehouse:
    """One lakehouse for many builds: dbt parses the project once."""
    return Lakehouse(tmp_path_factory.mktemp("lakehouse"), session_environment)


@pytest.fixture
def landing_root(lakehouse: Lakehouse) -> Path:
    """An empty landing root, always at one place: dbt parses anew where a variable has changed."""
    root = lakehouse.folder / "landing"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    return root


@pytest.fixture(scope="session")
def generated_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generator's default landing data."""
    root = tmp_path_factory.mktemp("generated") / "landing"
    assert generator.main(["--out", str(root)]) == 0
    return root
