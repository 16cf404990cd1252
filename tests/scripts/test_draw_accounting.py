"""scripts/draw_accounting.py: a page of counts that needs no network and adds up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import draw_accounting
import duckdb
import pytest
from stedi.command import PROJECT
from stedi.lakehouse import Lakehouse
from stedi.settings import Settings
from stedi.timeline import DAY, MOST_BARS, WIDTHS, Window, choose_window, read_timeline

T = 1_655_564_400_000  # 2022-06-18 15:00 UTC
MINUTE = 60_000
AUDIT = {
    "row_accounting": [
        ("customer", "kept", None, 482),
        ("customer", "no_consent", None, 474),
        ("accelerometer", "kept", None, 3),
        ("accelerometer", "before_consent", None, 2),
        ("accelerometer", "between_consents", None, 2),
        ("accelerometer", "rejected", "unreadable_json", 2),
        ("accelerometer", "rejected", "missing_x,invalid_z", 1),
        ("step_trainer", "kept", None, 2),
    ],
    "reconciliation": [("right", 32_025), ("not_consented_at_capture", 8956), ("other", 2700)],
}
# Milliseconds of staged lines, of published ones, of those in research (pairs, device readings).
PHONE = ([T] * 4 + [T + MINUTE] * 3 + [None] * 3, [T] * 4 + [T + MINUTE], [T] * 2 + [T + MINUTE])
DEVICE = ([T, T + MINUTE], [T, T + MINUTE], [T, T + MINUTE])

ROOT = "/home/ana.smith/landing"

Draw = Callable[..., str]


def make_database(
    file: Path,
    audit: dict,
    phone: tuple,
    device: tuple,
    root: str | None = ROOT,
    uncounted: int = 0,
) -> Path:
    """The tables of a build that the page reads; an old one does not know its landing root.

    `uncounted`: landing lines that only the fingerprint knows, as it is of another build.
    """
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        for zone in ("audit", "staging", "trusted", "research"):
            connection.execute(f"create schema stedi_{zone}")
        columns = "feed varchar, outcome varchar, reject_reasons varchar, row_count bigint"
        connection.execute(f"create table stedi_audit.row_accounting ({columns})")
        columns = "reason varchar, row_count bigint"
        connection.execute(f"create table stedi_audit.reconciliation ({columns})")
        lines = sum(row[-1] for row in audit.get("row_accounting", [])) + uncounted
        connection.execute(
            "create table stedi_research.dataset_fingerprint as select 32025 as row_count, "
            "464 as subject_count, 15638 as publishable_row_count, 'c0ffee' as content_sha256, "
            f"'abc123' as code_version, {lines} as landing_lines, 1013 as landing_files"
        )
        if root is not None:
            connection.execute(
                "create macro stedi_audit.last_build() as table "
                f"select '2024-02-29 13:07' as built_at, '{root}' as landing_root"
            )
        for table, rows in audit.items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into stedi_audit.{table} values ({marks})", rows)
        for feed, time, (staged, published, kept), research in (
            ("accelerometer", "timestamp", phone, "reading_pairs"),
            ("step_trainer", "sensorreadingtime", device, "readings"),
        ):
            for table, times in (
                (f"stedi_staging.stg_{feed}", staged),
                (f"stedi_trusted.{feed}_trusted", published),
            ):
                connection.execute(f'create table {table} ("{time}" bigint)')
                connection.execute(f"insert into {table} select unnest(?::bigint[])", [times])
            # A vector is in two pairs where the device gave two distances.
            copies = 2 if research == "reading_pairs" else 1
            connection.execute(
                f"create table stedi_research.{research} as select 'k' as subject_key, "
                "'d' as device_key, place as distancefromobject, place as x, 0 as y, 0 as z, "
                "make_timestamp(ms * 1000) as captured_at from (select "
                "unnest($1::bigint[]) as ms, generate_subscripts($1::bigint[], 1) as place), "
                f"range({copies})",
                [kept],
            )
    return file


@pytest.fixture
def draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A function: rows of the audit zone, times, how it was built -> the page."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("STEDI_LANDING", "not/what/was/built/from")

    def run(
        audit: dict = AUDIT, phone: tuple = PHONE, device: tuple = DEVICE, **built: object
    ) -> str:
        database = make_database(tmp_path / "stedi.duckdb", audit, phone, device, **built)
        monkeypatch.setenv("STEDI_DUCKDB", str(database))
        assert draw_accounting.main(["--out", str(tmp_path / "new/page.html")]) == 0
        return (tmp_path / "new/page.html").read_text()

    return run


def opened(file: Path) -> Lakehouse:
    return Lakehouse(Settings("", file, "stedi", file.parent))


def in_words(text: str) -> str:
    """The page's text without tags, style and what stands only in tooltips."""
    text = re.sub("<(style|svg).*?</\\1>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_the_page_has_the_numbers_and_their_sums(draw: Draw) -> None:
    words = in_words(draw())
    assert "Of the 43,681 rows of machine_learning_curated" in words
    assert "right 32,025 73.3% not consented at capture 8,956 20.5% other 2,700 6.2%" in words
    assert "kept 3 30.0% rejected 3 30.0% before consent 2 20.0% between consents 2 20.0%" in words
    assert "2022-06-18 15:00 to 2022-06-18 15:02 UTC; a bar is 1 minute." in words
    assert words.count("other lines have no readable time or one far away") == 1
    assert "3 other lines have no readable time" in words
    assert "Accelerometer: 3 reasons lines share unreadable_json 2 66.7% missing_x, inv" in words
    assert "2022-06-18 15:01 1 0 2 3 other lines" in words


def test_headline_figures_come_first(draw: Draw) -> None:
    words = in_words(draw())
    tiles = (
        "landing lines 968 lines kept (50.3%) 487 lines rejected (0.3%) 3 right pairs in research "
        "32,025 people in research 464 pairs that may be published 15,638 From landing to use"
    )
    assert tiles in words
    assert "lines kept 0 lines rejected 0" in in_words(draw({}, ([], [], []), ([], [], [])))


@pytest.mark.parametrize(
    ("built", "facts"),
    [
        ({}, "2024-02-29 13:07 Landing root ~/landing (1,013 files) Data set c0ffee Code abc123"),
        ({"root": None}, "unknown Landing root unknown (1,013 files) Data set c0ffee Code abc123"),
        (
            {"root": "s3://bucket/home/ana", "uncounted": 1},
            "2024-02-29 13:07 Landing root s3://bucket/home/ana (1,013 files) Data set unknown: "
            "row_accounting and dataset_fingerprint are of two builds Code unknown",
        ),
    ],
)
def test_the_page_says_what_it_is_of(draw: Draw, built: dict, facts: str) -> None:
    assert f"Built (UTC) {facts}" in in_words(draw(**built))


@pytest.mark.parametrize(
    ("root", "shown"),
    [
        ("/home/ana", "~"),
        ("/Users/ana.smith/a/b", "~/a/b"),
        ("/var/home/ana/landing", "~/landing"),
        (f"{Path.home()}/landing", "~/landing"),
        ("data/home/landing", "data/home/landing"),
        ("/srv/home/landing", "/srv/home/landing"),
        ("/homes/landing", "/homes/landing"),
    ],
)
def test_no_root_tells_whose_home_it_is(root: str, shown: str) -> None:
    assert draw_accounting.without_home(root) == shown


def test_bars_tell_what_is_in_research_published_or_neither(tmp_path: Path) -> None:
    lakehouse = opened(make_database(tmp_path / "a.duckdb", AUDIT, PHONE, DEVICE))
    window = choose_window(lakehouse)
    phone = read_timeline(lakehouse, "accelerometer", window, 10)
    assert phone.bars == [(T, (2, 2, 0)), (T + MINUTE, (1, 0, 2))]
    assert (phone.top, list(phone.ticks)) == (4, [0, 1, 2, 3, 4])
    assert (phone.drawn, phone.missing) == (7, 3)
    device = read_timeline(lakehouse, "step_trainer", window, 2)
    assert device.bars == [(T, (1, 0, 0)), (T + MINUTE, (1, 0, 0))]


def test_bars_are_drawn_on_top_of_each_other(draw: Draw) -> None:
    svg = re.findall("<svg.*?</svg>", draw(), flags=re.DOTALL)[0]
    assert 'viewBox="0 0 2 4"' in svg
    rect = r'class="(\w+)" x="(\d)" width="1"\s+y="(\d)" height="(\d)"'
    assert re.findall(rect, svg) == [
        ("kept", "0", "2", "2"),
        ("between", "0", "0", "2"),
        ("kept", "1", "3", "1"),
        ("other", "1", "1", "2"),
    ]
    assert "2022-06-18 15:00 UTC: 2 in research; 2 published, not in research; 0 not pub" in svg


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 9, "0.0%"), (1, 9999, "<0.1%"), (1, 3, "33.3%"), (9998, 9999, ">99.9%"), (9, 9, "100.0%")],
)
def test_a_share_of_something_is_not_nothing(part: int, whole: int, shown: str) -> None:
    assert draw_accounting.percent(part, whole) == shown


@pytest.mark.parametrize(
    ("after", "width"),
    [
        ([0], "1 minute"),
        ([0, 119 * MINUTE], "1 minute"),
        ([0, 120 * MINUTE], "5 minutes"),
        ([0, 10 * DAY], "6 hours"),
        ([7 * MINUTE, 400 * DAY], "1 week"),
        ([0, 75 * 365 * DAY], "52 weeks"),
    ],
)
def test_a_bar_is_as_wide_as_the_time_asks_for(
    tmp_path: Path, after: list[int], width: str
) -> None:
    times = [T + each for each in after]
    file = make_database(tmp_path / "a.duckdb", AUDIT, (times, [], []), ([], [], []))
    window = choose_window(opened(file))
    assert WIDTHS[window.width] == width
    assert len(range(*window)) <= MOST_BARS + 1
    assert window.start % window.width == 0
    assert all(window.start <= time < window.end for time in times)
    assert window.start > times[0] - window.width and window.end <= times[-1] + window.width


def test_wrong_clocks_do_not_hide_the_readings(tmp_path: Path) -> None:
    usual = [T + number * MINUTE for number in range(40)] * 100
    wrong = [946_684_800_000] * 3 + [4_102_444_740_000] * 4
    file = make_database(tmp_path / "a.duckdb", AUDIT, (usual, [], []), (wrong, [], []))
    assert choose_window(opened(file)) == Window(T, T + 40 * MINUTE, MINUTE)


def test_the_page_needs_no_network_and_no_script_and_tells_no_home(
    draw: Draw, tmp_path: Path
) -> None:
    text = draw()
    assert not re.search(
        """(src|href|action)\\s*=|url\\(|@import|<link|<iframe|<img|<script""", text
    )
    assert "http" not in text
    assert "ana.smith" not in text and str(tmp_path) not in text and "not/what" not in text


def test_the_page_is_in_the_target_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    make_database(tmp_path / "stedi.duckdb", AUDIT, PHONE, DEVICE)
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "stedi.duckdb"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    assert draw_accounting.main([]) == 0
    file = tmp_path / "target/accounting.html"
    assert capsys.readouterr().out == f"The accounting page: {file}\n"
    assert "Where the landing lines went" in file.read_text()


def test_the_same_counts_give_the_same_page(draw: Draw) -> None:
    backwards = {table: rows[::-1] for table, rows in AUDIT.items()}
    assert draw() == draw(backwards)


def test_an_empty_landing_is_said(draw: Draw) -> None:
    words = in_words(draw({}, ([], [], []), ([], [], [])))
    assert words.count("No line has been delivered.") == 3
    assert "No reading with a readable time has been delivered." in words
    assert "No line was rejected." in words


def test_names_cannot_break_the_page(draw: Draw) -> None:
    nasty = "<script>alert(1)</script>"
    rows = [("customer", nasty, None, 3), ("customer", "rejected", f"missing_{nasty}", 4)]
    text = draw({"row_accounting": rows})
    assert nasty not in text
    assert "&lt;script&gt;" in text


def test_rejects_of_many_kinds_are_few_rows() -> None:
    kinds = Counter({f"missing_{number}": 1 for number in range(40)} | {"most": 100})
    rows = draw_accounting.make_rows(kinds, draw_accounting.MOST_REASONS)
    assert len(rows) == draw_accounting.MOST_REASONS + 1
    assert [row.name for row in rows[:2]] == ["most", "missing_0"]
    assert rows[-1][:3] == ("26 others", 26, "18.6%")
    assert sum(row.lines for row in rows) == 140


def test_tables_that_are_not_built_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    duckdb.connect(str(tmp_path / "old.duckdb")).close()
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "old.duckdb"))
    assert draw_accounting.main(["--out", str(tmp_path / "page.html")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("draw_accounting.py: error: ") and "Run make build" in error
    assert not (tmp_path / "page.html").exists()
