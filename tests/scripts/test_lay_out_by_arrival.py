"""scripts/lay_out_by_arrival.py: in folders, and on moto's S3."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import lay_out_by_arrival
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from stedi import landing_copies

from tests.scripts.aws import S3, lead_to

LAST_SECOND = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
# Path of the old root -> content, last modification, path of the new root.
FILES = {
    "customer/landing/a.json": (b"{}\n", LAST_SECOND, "ingest_date=2026-02-28/a.json"),
    "customer/landing/b c.gz": (b"\x1f\x8b", MIDNIGHT, "ingest_date=2026-03-01/b c.gz"),
    "accelerometer/landing/ingest_date=2024-02-29/a.json": (
        b"{}\n{}\n",
        MIDNIGHT,
        "ingest_date=2024-02-29/a.json",
    ),
    "step_trainer/landing/empty.json": (b"", MIDNIGHT, "ingest_date=2026-03-01/empty.json"),
}
SKIPPED = "customer/landing/_SUCCESS"
NEW = {path[: path.index("landing/") + 8] + to: content for path, (content, _, to) in FILES.items()}


class Folders:
    """Both roots on this machine."""

    def __init__(self, folder: Path) -> None:
        self.old, self.new = str(folder / "landing"), str(folder / "by_day")

    def put(self, path: str, content: bytes = b"{}\n", modified: datetime = MIDNIGHT) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
        os.utime(path, (modified.timestamp(),) * 2)

    def all(self, root: str) -> dict[str, bytes]:
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in Path(root).rglob("*")
            if path.is_file()
        }


class Buckets:
    """Both roots in one bucket of moto's S3."""

    old, new = S3.url, f"{S3.url}/by_day"

    def __init__(self, s3: S3) -> None:
        self.s3 = s3
        self.bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[S3.bucket]

    def put(self, path: str, content: bytes = b"{}\n", modified: datetime = MIDNIGHT) -> None:
        below = path.removeprefix(f"{S3.url}/")
        # With another checksum than CRC-32, or that one: either is compared.
        kind = {"ChecksumAlgorithm": "SHA256"} if below.endswith("a.json") else {}
        self.s3.put(below, content, **kind)
        self.bucket.keys[f"{S3.prefix}/{below}"].last_modified = modified

    def all(self, root: str) -> dict[str, bytes]:
        prefix = f"{root}/".removeprefix(f"{S3.url}/")
        return {
            path.removeprefix(prefix): content
            for path, content in self.s3.objects().items()
            if path.startswith(prefix) and (prefix or not path.startswith("by_day/"))
        }


@pytest.fixture(params=["folders", "S3"])
def roots(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders | Buckets]:
    """An old landing root with files, and a new one."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    with mock_aws():
        variables = {"AWS_DEFAULT_REGION": "us-east-1"}
        lead_to(None, "s3", monkeypatch, tmp_path, **variables)
        s3 = S3()
        lead_to(s3, "s3", monkeypatch, tmp_path, **variables)
        made = Folders(tmp_path) if request.param == "folders" else Buckets(s3)
        for path, (content, modified, _) in FILES.items():
            made.put(f"{made.old}/{path}", content, modified)
        made.put(f"{made.old}/{SKIPPED}")
        yield made
    monkeypatch.delenv("TZ")
    time.tzset()


@pytest.fixture
def lay_out(roots) -> Callable[..., int]:
    """Run the command on both roots; returns its exit code."""
    return lambda *options: lay_out_by_arrival.main([roots.old, roots.new, *options])


@pytest.fixture
def error(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """A function that returns the error, the last line on stderr."""

    def read() -> str:
        lines = capsys.readouterr().err.splitlines()
        assert lines[-1].startswith("lay_out_by_arrival.py: ") and "Traceback" not in lines
        return lines[-1]

    return read


def test_each_file_goes_to_its_day_and_is_copied_once(lay_out, roots, capsys) -> None:
    old = roots.all(roots.old)
    assert lay_out("--dry-run") == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=1)[1] for line in out[:-1]] == [f"{roots.new}/{p}" for p in NEW]
    assert out[-1] == "would copy 4 files, 11 bytes; there already: 0"
    assert roots.all(roots.new) == {}
    for copied in (4, 0):
        assert lay_out() == 0
        out = capsys.readouterr().out
        assert f"all right ({copied} copied, {4 - copied} kept)" in out
        assert f"export STEDI_LANDING={roots.new}" in out
        assert roots.all(roots.new) == NEW and roots.all(roots.old) == old


def test_one_day_can_be_given_for_all_flat_files(lay_out, roots) -> None:
    assert lay_out("--ingest-date", "2026-01-01") == 0
    days = {re.search("ingest_date=([^/]*)", path)[1] for path in roots.all(roots.new)}
    assert days == {"2024-02-29", "2026-01-01"}


def test_the_source_is_deleted_on_request_and_a_later_run_goes_on(lay_out, roots) -> None:
    assert lay_out("--delete-source") == 0
    assert roots.all(roots.new) == NEW and roots.all(roots.old).keys() == {SKIPPED}
    roots.put(f"{roots.old}/customer/landing/late.json", modified=LAST_SECOND)
    assert lay_out("--delete-source") == 0
    late = {"customer/landing/ingest_date=2026-02-28/late.json": b"{}\n"}
    assert roots.all(roots.new) == NEW | late


@pytest.mark.parametrize(
    ("root", "path", "said"),
    [
        ("new", "customer/landing/ingest_date=2026-02-28/a.json", "another content"),
        ("new", "customer/landing/ingest_date=2026-02-27/a.json", "under another day"),
        ("new", "customer/landing/flat.json", "is flat"),
        ("old", "customer/landing/ingest_date=2026-02-28/c.json", "is flat"),
        ("old", "customer/landing/2024/c.json", "is in the wrong place"),
    ],
)
def test_what_would_be_wrong_is_named_and_nothing_changes(
    lay_out, roots, error, root, path, said
) -> None:
    roots.put(f"{getattr(roots, root)}/{path}", b"[]\n")
    before = roots.all(roots.old), roots.all(roots.new)
    assert lay_out("--delete-source") == 1
    line = error()
    assert said in line and (path in line or said == "is flat")
    assert (roots.all(roots.old), roots.all(roots.new)) == before


def test_a_copy_that_differs_is_taken_away_and_the_source_stays(
    lay_out, roots, error, monkeypatch
) -> None:
    kind = landing_copies.Folder if isinstance(roots, Folders) else landing_copies.Bucket
    copy, old = kind.copy, roots.all(roots.old)

    def broken(target, source, move) -> None:
        copy(target, source, move)
        if move.path.endswith("b c.gz"):
            roots.put(target.url(move.path), b"\x1f\x8c")

    monkeypatch.setattr(kind, "copy", broken)
    assert lay_out("--delete-source") == 1
    assert "b c.gz changed while it was copied: run again" in error()
    there = roots.all(roots.new)
    assert there.items() <= NEW.items() and not [path for path in there if "b c.gz" in path]
    assert roots.all(roots.old) == old


def test_an_interrupted_copy_goes_on(roots, lay_out, error, monkeypatch) -> None:
    kind = landing_copies.Folder if isinstance(roots, Folders) else landing_copies.Bucket
    copy, copied = kind.copy, []

    def interrupt(target, source, move) -> None:
        if copied:
            raise KeyboardInterrupt
        copied.append(move.path)
        copy(target, source, move)

    monkeypatch.setattr(kind, "copy", interrupt)
    monkeypatch.setattr(lay_out_by_arrival, "WORKERS", 1)
    assert lay_out() == 130
    assert "run the same command again to go on" in error()
    assert roots.all(roots.new) == {path: NEW[path] for path in copied}
    monkeypatch.setattr(kind, "copy", copy)
    assert lay_out() == 0 and roots.all(roots.new) == NEW


def test_roots_that_do_not_fit_are_refused(roots, error) -> None:
    other = "/nowhere" if isinstance(roots, Buckets) else "s3://bucket/by_day"
    feed = "customer/landing"
    for old, new, said in (
        (roots.old, other, "both roots must be folders, or both on S3"),
        (roots.old, f"{roots.old}/", "is the same root as"),
        (roots.old, f"{roots.old}/{feed}/by_day", "lies among the files of"),
        (f"{roots.new}/{feed}/landing", roots.new, "lies among the files of"),
    ):
        assert lay_out_by_arrival.main([old, new]) == 2
        assert said in error()
    assert lay_out_by_arrival.main([f"{roots.old}/customer", roots.new]) == 1
    assert "has no file to send in customer/landing" in error()


def test_an_unreadable_file_is_named(tmp_path, monkeypatch, error) -> None:
    folders = Folders(tmp_path)
    folders.put(f"{folders.old}/customer/landing/a.json")

    def refuse(source, target) -> None:
        raise PermissionError(13, "Permission denied", str(source))

    monkeypatch.setattr(landing_copies.shutil, "copy2", refuse)  # root may read everything
    assert lay_out_by_arrival.main([folders.old, folders.new]) == 1
    assert f"{folders.old}/customer/landing/a.json: Permission denied" in error()
    assert folders.all(folders.new) == {}
