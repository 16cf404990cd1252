"""scripts/draw_accounting.py: a page of counts that needs no network and adds up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import draw_accounting
import duckdb
import pytest
from draw_accounting import DAY, WIDTHS, Window, choose_window
from stedi.command import PROJECT
from stedi.lakehouse import Lakehouse
from stedi.settings import Settings

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

Draw = Callable[..., str]


def make_database(file: Path, audit: dict, phone: tuple, device: tuple) -> Path:
    """The tables of a build that the page reads."""
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        for zone in ("audit", "staging", "trusted", "research"):
            connection.execute(f"create schema stedi_{zone}")
        columns = "feed varchar, outcome varchar, reject_reasons varchar, row_count bigint"
        connection.execute(f"create table stedi_audit.row_accounting ({columns})")
        columns = "reason varchar, row_count bigint"
        connection.execute(f"create table stedi_audit.reconciliation ({columns})")
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
            # A vector stands in two pairs where the device gave two distances.
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
    """A function: rows of the audit zone, times -> the page without its JavaScript library."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("STEDI_LANDING", "/home/ana.smith/landing")
    monkeypatch.setattr(draw_accounting, "get_plotlyjs", lambda: "/* plotly */")

    def run(audit: dict = AUDIT, phone: tuple = PHONE, device: tuple = DEVICE) -> str:
        database = make_database(tmp_path / "stedi.duckdb", audit, phone, device)
        monkeypatch.setenv("STEDI_DUCKDB", str(database))
        assert draw_accounting.main(["--out", str(tmp_path / "new/page.html")]) == 0
        return (tmp_path / "new/page.html").read_text()

    return run


def opened(file: Path) -> Lakehouse:
    return Lakehouse(Settings("", file, "stedi", file.parent))


def in_words(text: str) -> str:
    """The page's text without tags and scripts."""
    text = re.sub("<(script|style).*?</\\1>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_the_page_has_the_numbers_and_their_sums(draw: Draw) -> None:
    words = in_words(draw())
    assert "Of the 43,681 rows of machine_learning_curated" in words
    assert "right 32,025 73.3% not_consented_at_capture 8,956 20.5% other 2,700 6.2%" in words
    assert "kept 3 30.0% rejected 3 30.0% before_consent 2 20.0% between_consents 2 20.0%" in words
    assert "2022-06-18 15:00 to 2022-06-18 15:02 UTC; a bar is 1 minute." in words
    assert words.count("other lines have no readable time or one far away") == 1
    assert "3 other lines have no readable time" in words
    assert "Accelerometer: 3 reasons number share unreadable_json 2 66.7% missing_x,inv" in words


def test_bands_add_up() -> None:
    outcomes = Counter({"kept": 5, "no_consent": 7, "rejected": 2, "new_kind": 1})
    sankey = draw_accounting.draw_flow(outcomes).data[0]
    links, labels = sankey.link, sankey.node.label
    first, second = slice(0, 4), slice(4, 8)
    assert sum(links.value[first]) == sum(links.value[second]) == 15
    assert set(links.source[first]) == {0}
    assert links.target[first] == links.source[second]
    by_end = Counter()
    for target, value in zip(links.target[second], links.value[second], strict=True):
        by_end[labels[target]] += value
    assert by_end == {"<b>in use</b> 5": 5, "<b>left out</b> 10": 10}
    assert "<b>landing</b> 15" in labels and "new kind 1 (6.7%)" in labels


def test_bars_tell_what_is_in_research_published_or_neither(tmp_path: Path) -> None:
    lakehouse = opened(make_database(tmp_path / "a.duckdb", AUDIT, PHONE, DEVICE))
    window = choose_window(lakehouse)
    figure, drawn = draw_accounting.draw_timeline(lakehouse, "accelerometer", window)
    assert drawn == 7
    assert {bar.name: list(bar.y) for bar in figure.data} == {
        "in research": [2, 1],
        "published, not in research": [2, 0],
        "not published": [0, 2],
    }
    assert list(figure.data[0].x) == [T + MINUTE // 2, T + MINUTE + MINUTE // 2]
    figure, drawn = draw_accounting.draw_timeline(lakehouse, "step_trainer", window)
    assert (drawn, list(figure.data[0].y)) == (2, [1, 1])


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
    assert len(range(*window)) <= draw_accounting.MOST_BARS + 1
    assert window.start % window.width == 0
    assert all(window.start <= time < window.end for time in times)
    assert window.start > times[0] - window.width and window.end <= times[-1] + window.width


def test_wrong_clocks_do_not_hide_the_readings(tmp_path: Path) -> None:
    usual = [T + number * MINUTE for number in range(40)] * 100
    wrong = [946_684_800_000] * 3 + [4_102_444_740_000] * 4
    file = make_database(tmp_path / "a.duckdb", AUDIT, (usual, [], []), (wrong, [], []))
    assert choose_window(opened(file)) == Window(T, T + 40 * MINUTE, MINUTE)


def test_the_page_needs_no_network_and_says_nothing_of_the_place(
    draw: Draw, tmp_path: Path
) -> None:
    text = draw()
    assert not re.search("""(src|href|action)\\s*=|url\\(|@import|<link|<iframe|<img""", text)
    assert "http" not in re.sub("http://www.w3.org/[0-9a-z/]*", "", text)
    assert "ana.smith" not in text and str(tmp_path) not in text and "landing/" not in text
    assert "<script>/* plotly */</script>" in text


def test_plotly_is_in_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    make_database(tmp_path / "stedi.duckdb", AUDIT, PHONE, DEVICE)
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "stedi.duckdb"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    assert draw_accounting.main([]) == 0
    file = tmp_path / "target/accounting.html"
    assert capsys.readouterr().out == f"The accounting page: {file}\n"
    assert file.stat().st_size > 1_000_000
    assert not re.search("<script[^>]*src", file.read_text())


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
    table = draw_accounting.render_table("reasons", kinds)
    assert table.count("<tr>") == draw_accounting.MOST_REASONS + 2
    assert table.index("most") < table.index("missing_0") < table.index("26 others")
    assert in_words(table).endswith("26 others 26 18.6%")


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
