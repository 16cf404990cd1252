"""Every kind of dirt that the generator makes: equal tables, and equal outputs of the scripts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import draw_accounting
import export_research
import pytest
import show_rejected
import summarize_build
from draw_accounting import without_home

from tests.parity.parity import differences
from tests.support.lakehouse import Lakehouse, failure

PEOPLE = ("--customers", "100", "--versions", "0.2", "--arrival", "--late-files", "3")
DIRT = ("--dirt", "--huge-lines")
# What differs between two builds of the same files.
BUILT_FROM = re.compile(r"<dd>[0-9-]{10} [0-9:]{5}</dd>\n<dt>Landing root</dt><dd>(.+) \(")


@pytest.fixture(scope="module")
def both(lakehouse, athena_lakehouse, generate) -> Iterator[list[Lakehouse]]:
    """The same landing and the same pepper on both engines; what is run on them finds it again."""
    landing = generate(*PEOPLE, *DIRT)
    with pytest.MonkeyPatch.context() as patch:
        for built in (lakehouse, athena_lakehouse):
            result = built.dbt("run", landing=landing)
            assert result.success, failure(result)
            patch.setitem(built.variables, "STEDI_LANDING", os.environ["STEDI_LANDING"])
        yield [lakehouse, athena_lakehouse]


def test_every_table_is_equal(both, tmp_path: Path) -> None:
    found = differences(*both, tmp_path)
    assert not found, "\n".join(found)


def run(built: Lakehouse, script, *options: str) -> None:
    """Run a script on what a lakehouse has built."""
    built.enter()
    assert script.main(["--target", built.target, *options]) == 0


def test_the_export_is_the_same_byte_for_byte(both, tmp_path: Path) -> None:
    folders = []
    for built in both:
        folders.append(tmp_path / built.target)
        run(built, export_research, "--out", str(folders[-1]))
    names = sorted(path.name for path in folders[0].iterdir())
    assert len(names) == 5
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_the_rejected_lines_are_the_same(both, capfd: pytest.CaptureFixture[str]) -> None:
    shown = []
    for built in both:
        capfd.readouterr()
        run(built, show_rejected, "--limit", "0", "--full")
        shown.append(capfd.readouterr().out)
    assert shown[0].count("\tunreadable_json\t") > 10
    assert shown[0] == shown[1]


def test_the_page_is_the_same(both, tmp_path: Path) -> None:
    pages = []
    for built in both:
        file = tmp_path / f"{built.target}.html"
        run(built, draw_accounting, "--out", str(file))
        page = file.read_text()
        assert BUILT_FROM.search(page)[1] == without_home(os.environ["STEDI_LANDING"])
        pages.append(BUILT_FROM.sub("", page))
    assert pages[0] == pages[1]


def test_the_summary_is_the_same(both, capfd: pytest.CaptureFixture[str]) -> None:
    summaries = []
    for built in both:
        capfd.readouterr()
        run(built, summarize_build)
        out = capfd.readouterr().out
        (there,) = re.findall(r"^landing   (\S+): \d+ files", out, re.M)
        assert there == os.environ["STEDI_LANDING"]
        # Lines break at other places where the landing root is longer.
        summaries.append(out.replace(there, "").partition("\ndatabase ")[0])
    assert "\nWARNING   accelerometer: " in summaries[0]
    assert "\ndata set  " in summaries[0]
    of_athena = re.sub("(?m)^.*(scripts/show_rejected.py) --target athena$", r"\1", summaries[1])
    of_duckdb = re.sub("(?m)^.*(scripts/show_rejected.py)$", r"\1", summaries[0])
    assert of_duckdb.split() == of_athena.split()


def test_a_file_that_is_gone_is_said(both, capfd: pytest.CaptureFixture[str]) -> None:
    athena = both[1]
    athena.enter()
    bucket, _, prefix = os.environ["STEDI_LANDING"].removeprefix("s3://").partition("/")
    found = athena.s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/customer/")["Contents"]
    gone = min(entry["Key"] for entry in found if entry["Key"].endswith("customer-00001.json"))
    body = athena.s3.get_object(Bucket=bucket, Key=gone)["Body"].read()
    athena.s3.delete_object(Bucket=bucket, Key=gone)
    try:
        assert show_rejected.main(["--target", "athena", "--file", gone.partition("/")[2]]) == 1
    finally:
        athena.s3.put_object(Bucket=bucket, Key=gone, Body=body)
    assert f"error: {gone.partition('/')[2]} is not below the" in capfd.readouterr().err
