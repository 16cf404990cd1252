"""scripts/stedi/feeds.py: the feeds as declared, and the build's own rules for their files."""

from __future__ import annotations

import argparse
import datetime
import re
from collections.abc import Callable
from typing import Any

import jinja2
import pytest
from stedi.command import PROJECT, Problem
from stedi.feeds import feeds
from stedi.s3_root import S3Root

DAYS = [
    *("2024-02-29", "2023-02-29", "2024-13-01", "0000-01-01", "0001-01-01", "9999-12-31"),
    *("2024-1-1", "20240101", "2024-W01-1", "2024-00-10", "2024-04-31", "٢٠٢٤-01-01"),
    *("2024-01-01 ", "2024-01-01\n", "2024-01-00"),
]
NAMES = [
    *(f"ingest_date={day}/a.json" for day in DAYS),
    *("a.json", "b", "_a.json", ".a", "a_.json", "a.b", "x/a.json", "_x/a.json", ".x/y/a.json"),
    *("ingest_date=2024-01-01", "ingest_date=2024-01-01/x/a.json", "ingest_date=2024-01-01/_a"),
    *("Ingest_date=2024-01-01/a.json", "ingest_date=2024-01-01/a/", "x/_a.json"),
    *("_x/ingest_date=2024-01-01/a.json", "/a.json", "a.json/", "/", "", "x/", "x_$folder$"),
    *(f"a.json{end}" for end in (".bz2", ".deflate", ".lzo_deflate", ".zst", ".lz4", ".lzo")),
    *("a.snappy", "a.z", "a.xz", "a.br", "a.GZ", "a.Gz", "a.ZST", "a.gz.Bz2", "bz2", "a.zst.json"),
    *("a.gz", "a.zip", "a.gzip", "a.zstd", "a.tgz", "a.xz\n", ".zst", "_a.bz2", "x/a.zst"),
    "ingest_date=2024-01-01/a.lz4",
]


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
            "other_compressions": lambda: self._modules[
                "other_compressions"
            ].module.other_compressions(),
        }
        self._modules = {
            path.stem: environment.from_string(path.read_text())
            for path in PROJECT.glob("macros/*/*.sql")
            if path.stem
            in ("is_ingest_date_folder", "landing_files", "is_s3_root", "other_compressions")
        }

    def landing_files(self, location: str, files: list[str]) -> list[str]:
        """The files that count. Raises Refused."""
        return self._call("landing_files", {"external": {"location": location}}, files)

    def is_s3_root(self, address: str) -> bool:
        """Whether a build takes the address."""
        return self._call("is_s3_root", address)

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


@pytest.mark.parametrize("beside", [[], ["flat.json"], ["ingest_date=2024-05-05/day.json"]])
def test_the_rules_of_files_are_those_of_the_build(beside: list[str]) -> None:
    macros, feed = Macros(), feeds()["customer"]
    for name in NAMES:
        files = [f"{feed.location}/{file}" for file in [name, *beside]]
        counted = {path: path for path in files if not feed.is_skipped(path, 1)}
        try:
            expected = sorted(macros.landing_files(feed.location, files))
        except Macros.Refused:
            with pytest.raises(Problem):
                feed.check_layout(counted)
        else:
            feed.check_layout(counted)
            assert sorted(counted) == expected, name


TAKEN = [
    *("s3://abc", "s3://abc/", "s3://a.b-c/d", "s3://abc/size=3/a b/ü 日/_x/.y/...", "s3://abc/p/"),
    *("s3://abc/!-_.()&$@=;:+,", "s3://abc/a..b"),
]
REFUSED = [
    *("s3://", "s3://b", "s3://b//p", "s3://abc//p", "s3://abc/p//", "s3://abc//", "s3://abc/a//b"),
    *("s3://abc/.", "s3://abc/../p", "s3://abc/a/./b", "s3://ABC/p", "s3://a_b/p", " s3://abc/p"),
    *(f"s3://abc/a{character}b" for character in "\\'\"`*?#%{}[]^<>|~\n\t\x7f"),
    *(
        "S3://abc/p",
        "s3:/abc/p",
        "s3a://abc/p",
        "/abc/p",
        "abc/p",
        "",
        "s3://abc/p\n",
        "s3://abc?x",
    ),
]


@pytest.mark.parametrize("address", TAKEN + REFUSED)
def test_the_upload_takes_the_addresses_that_a_build_takes(address: str) -> None:
    assert Macros().is_s3_root(address) == (address in TAKEN)
    try:
        S3Root(address)
    except argparse.ArgumentTypeError as error:
        assert address in REFUSED and "must be s3://bucket/prefix, not" in str(error)
    else:
        assert address in TAKEN


def test_feeds_are_read_as_declared() -> None:
    assert {name: (feed.view, feed.location) for name, feed in feeds().items()} == {
        "customer": ("customer_landing", "customer/landing"),
        "accelerometer": ("accelerometer_landing", "accelerometer/landing"),
        "step_trainer": ("step_trainer_landing", "step_trainer/landing"),
    }
