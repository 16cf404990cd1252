"""scripts/upload_landing.py: which files it sends, and which layouts it refuses."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from landing_upload import cli, rules
from s3_server import (
    ACCELEROMETER,
    CUSTOMER,
    FILES,
    PROJECT,
    S3,
    SIZE,
    STEP_TRAINER,
    URL,
    error_line,
    make_root,
    put,
    sent,
    there,
)

# Which files count


def test_feeds_are_those_of_the_declaration() -> None:
    declaration = yaml.safe_load((PROJECT / "models/landing/_landing__sources.yml").read_text())
    tables = declaration["sources"][0]["tables"]
    assert sorted(table["external"]["location"] for table in tables) == sorted(rules.FEEDS)


class Macros:
    """macros/landing/landing_files.sql, run by Jinja alone."""

    class _Return(Exception):
        pass

    class Refused(Exception):
        pass

    def __init__(self) -> None:
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        environment.globals |= {
            "modules": {"re": re, "datetime": datetime},
            "exceptions": {"raise_compiler_error": self._raise(self.Refused)},
            "return": self._raise(self._Return),
            "is_ingest_date_folder": lambda name: self._call("is_ingest_date_folder", name),
        }
        self._modules = {
            name: environment.from_string((PROJECT / f"macros/landing/{name}.sql").read_text())
            for name in ("is_ingest_date_folder", "landing_files")
        }

    def landing_files(self, feed: str, files: list[str]) -> list[str]:
        """The files that count. Raises Refused."""
        return self._call("landing_files", {"external": {"location": feed}}, files)

    def _call(self, macro: str, *arguments: object) -> Any:
        try:
            getattr(self._modules[macro].module, macro)(*arguments)
        except self._Return as returned:
            return returned.args[0]

    @staticmethod
    def _raise(kind: type[Exception]) -> Callable:
        def raise_it(value: object) -> None:
            raise kind(value)

        return raise_it


NAMES = [
    *("a.json", "b", "_a.json", ".a", "a_.json", "a.b", "x/a.json", "_x/a.json", ".x/y/a.json"),
    *(
        f"ingest_date={day}/a.json"
        for day in ("2024-02-29", "2023-02-29", "2024-13-01", "0000-01-01")
    ),
    *(f"ingest_date={day}/a.json" for day in ("2024-1-1", "20240101", "2024-W01-1", "2024-00-10")),
    *(
        f"ingest_date={day}/a.json"
        for day in ("2024-04-31", "2024-12-31", "0001-01-01", "٢٠٢٤-01-01")
    ),
    *("ingest_date=2024-01-01", "ingest_date=2024-01-01/x/a.json", "ingest_date=2024-01-01/_a"),
    *(
        "Ingest_date=2024-01-01/a.json",
        "ingest_date=2024-01-01 /a.json",
        "ingest_date=2024-01-01/a/",
    ),
    *("_x/ingest_date=2024-01-01/a.json", "ingest_date=2024-01-00/a.json", "/a.json", "a.json/"),
    *("ingest_date=2024-01-01\n/a.json", "x/_a.json", "ingest_date=9999-12-31/a.json"),
]


@pytest.mark.parametrize("beside", [[], ["flat.json"], ["ingest_date=2024-05-05/day.json"]])
def test_the_rules_are_those_of_the_build(beside: list[str]) -> None:
    macros, feed = Macros(), "customer/landing"
    for name in NAMES:
        files = [f"{feed}/{file}" for file in [name, *beside]]
        counted = [path for path in files if not rules.is_skipped(feed, path)]
        try:
            expected = sorted(macros.landing_files(feed, files))
        except Macros.Refused:
            with pytest.raises(rules.LayoutError):
                rules.check_layout(feed, {path: path for path in counted})
        else:
            rules.check_layout(feed, {path: path for path in counted})
            assert sorted(counted) == expected, name


def test_skipped_files_and_files_beside_the_feeds_are_not_sent(upload, root: Path) -> None:
    make_root(
        root,
        {
            "_generated.json": b"{}",
            "customer/other.json": b"{}",
            "customer/landing/_SUCCESS": b"",
            "customer/landing/.a.part": b"",
            "customer/landing/_old/a/b.json": b"{}",
            "customers/landing/a.json": b"{}",
        },
    )
    assert upload() == 0
    assert there() == FILES


@pytest.mark.parametrize(
    ("stray", "named"),
    [
        ("customer/landing/2024/a.json", ["customer/landing/2024/a.json"]),
        ("customer/landing/ingest_date=2024-02-30/a.json", ["ingest_date=2024-02-30/a.json"]),
        ("customer/landing/ingest_date=2024-02-28/a.json", [CUSTOMER, "ingest_date=2024-02-28"]),
    ],
)
def test_layouts_that_stop_a_build_are_refused(
    upload, s3: S3, root: Path, capsys, stray: str, named: list[str]
) -> None:
    make_root(root, {stray: b"{}"})
    assert upload() == 1
    line = error_line(capsys)
    assert all(name in line for name in named) and str(root) in line
    assert sent(s3) == []


@pytest.mark.parametrize(
    ("lying", "named"),
    [
        ("customer/landing/ingest_date=2024-02-28/a.json", [CUSTOMER, "mixed layout"]),
        ("customer/landing/2024/a.json", ["stands where none belongs"]),
    ],
)
def test_layouts_that_would_be_mixed_with_the_destination_are_refused(
    upload, s3: S3, capsys, lying: str, named: list[str]
) -> None:
    put(lying)
    s3.requests.clear()
    assert upload() == 1
    line = error_line(capsys)
    assert f"{URL}/{lying}" in line and all(name in line for name in named)
    assert sent(s3) == []


def test_flat_at_the_destination_and_by_arrival_here_is_refused(s3: S3, tmp_path, capsys) -> None:
    put(CUSTOMER)
    arrived = "customer/landing/ingest_date=2024-02-28/a.json"
    assert cli.main([str(make_root(tmp_path / "x", {arrived: b"{}"})), URL]) == 1
    line = error_line(capsys)
    assert f"{URL}/{CUSTOMER} lies flat" in line and arrived in line


def test_each_feed_may_have_its_own_layout(s3: S3, tmp_path: Path) -> None:
    files = {CUSTOMER: b"{}", "step_trainer/landing/ingest_date=2024-02-28/a.json": b"{}"}
    assert cli.main([str(make_root(tmp_path / "x", files)), URL]) == 0
    assert there() == files


def test_links_are_followed_as_far_as_files_lie(s3: S3, tmp_path: Path, capsys) -> None:
    outside = make_root(tmp_path / "outside", {"day/a.json": b"{}", "b.json": b"{}"})
    root = make_root(tmp_path / "root", {"customer/landing/ingest_date=2024-01-02/c.json": b"{}"})
    feed = root / "customer/landing"
    (feed / "ingest_date=2024-01-01").symlink_to(outside / "day")
    (feed / "ingest_date=2024-01-02/d.json").symlink_to(outside / "b.json")
    assert cli.main([str(root), URL]) == 0
    assert len(there()) == 3
    (feed / "ingest_date=2024-01-02/circle").symlink_to(feed)
    assert cli.main([str(root), URL]) == 1
    assert f"{feed}/ingest_date=2024-01-02/circle" in error_line(capsys)


@pytest.mark.parametrize("kind", ["dangling", "pipe", "latin-1"])
def test_what_cannot_be_sent_is_named(upload, s3: S3, root: Path, capsys, kind: str) -> None:
    place = root / "customer/landing/odd.json"
    if kind == "dangling":
        place.symlink_to(root / "nowhere")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        Path(os.fsdecode(bytes(place.parent) + b"/odd\xe9.json")).touch()
    assert upload() == 1
    assert "customer/landing/odd" in error_line(capsys)
    assert sent(s3) == []


def test_an_empty_feed_is_a_warning(upload, root: Path, capsys) -> None:
    (root / STEP_TRAINER).unlink()
    assert upload() == 0
    assert f"warning: no files in {root}/step_trainer/landing" in capsys.readouterr().err


# Dry run


def test_dry_run_lists_bytes_and_sends_nothing(upload, s3: S3, capsys) -> None:
    put(CUSTOMER, FILES[CUSTOMER])
    s3.requests.clear()
    assert upload("--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:2]] == [
        [str(len(FILES[path])), f"{URL}/{path}"] for path in (ACCELEROMETER, STEP_TRAINER)
    ]
    rest = SIZE - len(FILES[CUSTOMER])
    assert lines[2:] == [f"would send 2 files, {rest} bytes; 1 file is there already"]
    assert sent(s3) == [] and there() == {CUSTOMER: FILES[CUSTOMER]}


def test_dry_run_says_what_would_be_replaced(upload, s3: S3, capsys) -> None:
    put(CUSTOMER, b"other")
    assert upload("--dry-run", "--overwrite") == 0
    assert f"{URL}/{CUSTOMER}  (replaced)" in capsys.readouterr().out
    assert there() == {CUSTOMER: b"other"}
