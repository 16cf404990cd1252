"""The folders of runs: what stays and what goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_athena.run_folder import run_folder


def leave_dead_run(root: Path, name: str) -> Path:
    """Make what a run that was killed leaves behind."""
    run = root / name
    (run / "data").mkdir(parents=True)
    (run / "data/table").touch()
    (run / ".lock").touch()
    (run / "trino.log").touch()
    return run


def test_logs_stay_and_data_goes(tmp_path: Path) -> None:
    with run_folder(tmp_path / "logs") as run:
        assert (run / "data").is_dir()
        (run / "data/table").touch()
        (run / "trino.log").touch()
    assert (run / "trino.log").exists()
    assert not (run / "data").exists()


def test_data_goes_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_folder(tmp_path) as run:
        raise ZeroDivisionError
    assert not (run / "data").exists()


def test_folder_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with run_folder(Path("logs/local_athena")) as run:
        assert run.is_absolute()
        assert run.parent == tmp_path / "logs/local_athena"


def test_newest_five_runs_stay(tmp_path: Path) -> None:
    old = [leave_dead_run(tmp_path, f"20250101-00000{second}-x") for second in range(7)]
    with run_folder(tmp_path) as run:
        assert {path for path in tmp_path.iterdir() if path.is_dir()} == {run, *old[-4:]}


def test_data_of_dead_runs_goes(tmp_path: Path) -> None:
    dead = leave_dead_run(tmp_path, "20250101-000000-x")
    with run_folder(tmp_path):
        assert (dead / "trino.log").exists()
        assert not (dead / "data").exists()


def test_runs_that_live_are_left_alone(tmp_path: Path) -> None:
    with run_folder(tmp_path) as living:
        for second in range(6):
            leave_dead_run(tmp_path, f"99990101-00000{second}-x")  # newer ones
        with run_folder(tmp_path) as other:
            assert other != living
            assert (living / "data").is_dir()
        assert (living / "data").is_dir()


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "20250101-mine/data").mkdir(parents=True)
    for second in range(6):
        leave_dead_run(tmp_path, f"20250102-00000{second}-x")
    with run_folder(tmp_path):
        assert (tmp_path / "20250101-mine/data").is_dir()
