"""One Terraform that is ready, for the tests of infra/; or one line that says what is missing."""

from __future__ import annotations

import pytest

from tests.infra.terraform import Missing, Terraform


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """The module as it is, initialised."""
    ready = Terraform(tmp_path_factory.mktemp("module"))
    try:
        ready.init()
    except Missing as missing:
        pytest.exit(str(missing), returncode=1)
    return ready
