"""The front door on odd machines: no locks of files, a database's name with a blank."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.project.test_front_door import PROJECT, Project

# NFS refuses to lock what may only be read (EBADF); some file systems have no locks (ENOLCK).
NFS = "if fcntl.fcntl(fd, fcntl.F_GETFL) & 3 == 0: raise OSError(9, 'Bad file descriptor')"
NO_LOCKS = "raise OSError(37, 'No locks available')"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("behaviour", [NFS, NO_LOCKS])
def test_the_environment_is_made_where_locks_are_not_as_usual(
    project: Project, behaviour: str
) -> None:
    patch = project.root / "patch/sitecustomize.py"
    patch.parent.mkdir()
    patch.write_text(f"import fcntl\ndef flock(fd, how):\n    {behaviour}\nfcntl.flock = flock\n")
    project.has("python3", f'PYTHONPATH={patch.parent} exec {sys.executable} "$@"')
    project.has("chmod", f'exec {shutil.which("chmod")} "$@"')
    made = "mkdir -p .venv/bin; printf '#!/bin/sh\n' > .venv/bin/python; chmod +x .venv/bin/python"
    project.has("uv", f'[ "$1" = --version ] || {{ {made}; }}')
    result = project.bootstrap()
    assert (result.returncode, result.stderr.count("\n")) == (0, 1), result.stderr


def test_the_lock_is_no_change_of_the_clone() -> None:
    assert "\n/.venv.lock\n" in (PROJECT / ".gitignore").read_text()


def test_a_database_whose_name_has_a_blank_is_found(project: Project) -> None:
    database = project.root / "two words.db"
    assert (
        " build TARGET=local\n"
        in project.run("make", "-n", "docs", STEDI_DUCKDB=database.name).stdout
    )
    database.touch()
    assert (
        " build TARGET=local\n"
        not in project.run("make", "-n", "docs", STEDI_DUCKDB=database.name).stdout
    )
