"""One Terraform that is ready, for the tests of infra/; or one line that says what is missing."""

from __future__ import annotations

import pytest

from tests.infra.terraform import Terraform, missing


def pytest_sessionstart(session: pytest.Session) -> None:
    """End before any worker starts: a test that is skipped would look like one that passed."""
    if remedy := missing():
        pytest.exit(remedy, returncode=1)


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """The module as it is, initialised."""
    ready = Terraform(tmp_path_factory.mktemp("module"))
    ready.init()
    return ready
