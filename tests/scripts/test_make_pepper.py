"""scripts/make_pepper.py: one secret, made once, shown to nobody; and how make calls it."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import make_pepper
import pytest
from moto import mock_aws
from stedi.command import PROJECT

from tests.scripts.aws import S3, lead_to
from tests.support.lakehouse import Lakehouse, failure


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that STEDI_SECRET names, below one that is not there either."""
    place = tmp_path / "new" / "secret"
    monkeypatch.setenv("STEDI_SECRET", str(place))
    monkeypatch.chdir(PROJECT)
    return place


def test_one_random_line_is_made_for_the_owner_alone(folder: Path) -> None:
    previous = os.umask(0)
    try:
        assert make_pepper.main([]) == 0
    finally:
        os.umask(previous)
    assert re.fullmatch("[0-9a-f]{64}\n", (folder / "pepper").read_text())
    assert mode(folder / "pepper") == 0o600
    assert mode(folder) == 0o700
    assert os.listdir(folder) == ["pepper"]


def test_no_two_are_equal(tmp_path: Path) -> None:
    made = [make_pepper.make_pepper(tmp_path / name) for name in ("a", "b")]
    assert made[0].read_text() != made[1].read_text()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_database_from_before_it_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd, is_there: bool
) -> None:
    database = tmp_path / "mine.duckdb"
    monkeypatch.setenv("STEDI_DUCKDB", str(database))
    if is_there:
        database.touch()
    assert make_pepper.main([]) == 0
    assert (f"warning: {database} is from before it" in capfd.readouterr().err) == is_there
    assert make_pepper.main([]) == 0
    assert capfd.readouterr().err == ""


def test_it_is_never_shown(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert make_pepper.main([]) == 0
    shown = "".join(capfd.readouterr())
    assert str(folder / "pepper") in shown
    pepper = (folder / "pepper").read_text().strip()
    assert not any(pepper[start : start + 8] in shown for start in range(len(pepper) - 7))


@pytest.mark.parametrize("content", ["mine\n", "", None])
def test_one_that_is_there_is_never_replaced(folder: Path, content: str | None) -> None:
    folder.mkdir(parents=True, mode=0o755)
    pepper = folder / "pepper"
    if content is None:
        pepper.symlink_to(folder / "elsewhere")
    else:
        pepper.write_text(content)
    before = mode(folder)
    assert make_pepper.main([]) == 0
    assert os.listdir(folder) == ["pepper"]
    assert mode(folder) == before
    assert pepper.is_symlink() if content is None else pepper.read_text() == content


def test_a_faster_build_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    (folder / "pepper").write_text("theirs\n")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)  # it came just after we looked
    assert make_pepper.make_pepper(folder) is None
    assert (folder / "pepper").read_text() == "theirs\n"
    assert os.listdir(folder) == ["pepper"]


def test_one_that_cannot_be_written_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert make_pepper.main([]) == 1
    assert "No space left on device: make it a folder" in capsys.readouterr().err
    assert os.listdir(folder) == []


def test_a_place_that_cannot_be_a_folder_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for place in ("file", "file/below"):
        monkeypatch.setenv("STEDI_SECRET", str(tmp_path / place))
        assert make_pepper.main([]) == 1
        assert "name another: STEDI_SECRET=" in capsys.readouterr().err


def test_a_place_on_s3_is_refused_on_duckdb() -> None:
    result = subprocess.run(
        [sys.executable, str(PROJECT / "scripts/make_pepper.py")],
        env={**os.environ, "STEDI_SECRET": "s3://bucket/prefix"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "error: STEDI_SECRET is s3://bucket/prefix: on DuckDB" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_secret_in_the_place_s_place_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    generated_landing: Path,
) -> None:
    lakehouse = Lakehouse(tmp_path, monkeypatch)
    lakehouse.variables["STEDI_SECRET"] = "deadbeefdeadbeef"
    run = ("run", "--select", "reading_pairs")
    message = failure(lakehouse.dbt(*run, landing=generated_landing))
    assert make_pepper.main([]) == 2
    out, err = capfd.readouterr()
    assert "STEDI_SECRET names no place" in message
    assert "error: STEDI_SECRET names no place" in err
    assert "deadbeef" not in message + out + err
    assert not (PROJECT / "deadbeefdeadbeef").exists()


# Athena


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    with mock_aws():
        lead_to(None, "s3", monkeypatch, tmp_path)
        fake = S3()
        lead_to(fake, "s3", monkeypatch, tmp_path, STEDI_SECRET=S3.url)
        yield fake


def test_on_s3_one_is_made_once_and_never_shown(s3: S3, capfd: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        assert make_pepper.main(["--target", "athena"]) == 0
        said.append("".join(capfd.readouterr()))
        made = s3.objects()
    assert list(made) == ["pepper"]
    assert re.fullmatch(b"[0-9a-f]{64}\n", made["pepper"])
    assert said[0].startswith(f"Made {S3.url}/pepper, ")
    assert said[1] == f"{S3.url}/pepper is there and stays\n"
    assert made["pepper"][:8].decode() not in said[0]
    assert s3.sent == ["PutObject", "PutObject"]  # who writes the pepper may not read it


@pytest.mark.parametrize(
    ("place", "refuses", "code", "says"),
    [
        ("deadbeefdeadbeef", None, 2, "it takes s3://bucket/prefix"),
        ("", None, 2, "it takes s3://bucket/prefix"),
        (S3.url, "AccessDenied", 1, "(s3:PutObject): no (AccessDenied): ask for this permission"),
    ],
)
def test_on_s3_what_is_wrong_is_said(
    s3: S3,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    place: str,
    refuses: str | None,
    code: int,
    says: str,
) -> None:
    monkeypatch.setenv("STEDI_SECRET", place)
    if refuses:
        s3.refuse("PutObject", refuses, "no")
    assert make_pepper.main(["--target", "athena"]) == code
    out, err = capfd.readouterr()
    assert says in err and err.count("\n") == 1
    assert "deadbeef" not in out + err
