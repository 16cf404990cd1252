"""scripts/draw_accounting.py: a page of counts that needs no network and adds up."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import duckdb
import pytest
from accounting_page import cli, counts, flow, page, rejects, style, timeline

from tests.support.lakehouse import PROJECT

T = 1_655_564_400_000  # 2022-06-18 15:00 UTC
MINUTE = timeline.MINUTE
ROWS = {
    "customer_outcomes": [("kept", 482), ("no_consent", 474)],
    "accelerometer_outcomes": [
        ("kept", T, 3000),
        ("kept", T + MINUTE, 29_025),
        ("before_consent", T, 8956),
        ("no_consent", T + 2 * MINUTE, 40_292),
        ("unreadable_json", None, 70),
        ("missing_x,invalid_z", T, 7),
    ],
    "step_trainer_outcomes": [("kept", T, 11_297), ("no_phone_reading", 946_684_800_000, 3)],
    "reconciliation": [
        ("right", 32_025),
        ("not_consented_at_capture", 8956),
        ("other_person_or_owner_unknown", 2700),
    ],
}


def make_database(file: Path, rows: dict[str, list[tuple]]) -> Path:
    """The audit zone of a build, with these rows."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema stedi_audit")
        for table in ROWS:
            minute = "minute_start bigint, " if table in MINUTES else ""
            first = "reason" if table == "reconciliation" else "outcome"
            connection.execute(
                f"create table stedi_audit.{table} ({first} varchar, {minute}row_count bigint)"
            )
            for row in rows.get(table, []):
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into stedi_audit.{table} values ({marks})", row)
        feeds = " union all ".join(
            f"select '{feed}' as feed, outcome, row_count from stedi_audit.{feed}_outcomes"
            for feed in counts.FEEDS
        )
        connection.execute(
            "create table stedi_audit.row_accounting as select feed, outcome, "
            f"cast(sum(row_count) as bigint) as row_count from ({feeds}) group by all"
        )
    return file


MINUTES = ("accelerometer_outcomes", "step_trainer_outcomes")


@pytest.fixture
def draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function: rows of the audit zone -> the page without its JavaScript library."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("STEDI_LANDING", "/home/ana.smith/landing")

    def run(rows: dict[str, list[tuple]]) -> str:
        file = tmp_path / "stedi.duckdb"
        file.unlink(missing_ok=True)
        monkeypatch.setenv("STEDI_DUCKDB", str(make_database(file, rows)))
        monkeypatch.setattr(page, "get_plotlyjs", lambda: "/* plotly */")
        assert cli.main(["--out", str(tmp_path / "new/page.html")]) == 0
        return (tmp_path / "new/page.html").read_text()

    return run


def in_words(text: str) -> str:
    """The page's text without tags and scripts."""
    text = re.sub("<(script|style).*?</\\1>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_the_page_has_the_numbers_and_their_sums(draw) -> None:
    words = in_words(draw(ROWS))
    assert "has 43,681 rows: 32,025 right + 8,956 not consented at capture + 2,700 of " in words
    assert "kept 32,025 39.4% before consent 8,956 11.0% no consent today 40,292 49.5%" in words
    assert "81,280 lines are shown. 70 have no readable time." in words
    assert "11,297 lines are shown. 3 lie far from the others" in words
    assert "Phone readings (app): 77" in words
    assert "missing_x,invalid_z 7 9.1% unreadable_json 70 90.9%" in words


def test_bands_bars_and_counts_add_up() -> None:
    outcomes = Counter({"kept": 5, "no_consent": 7, "rejected": 2, "new_kind": 1})
    links = flow.draw_flow("accelerometer", outcomes).data[0].link
    labels = flow.draw_flow("accelerometer", outcomes).data[0].node.label
    first, second = slice(0, 4), slice(4, 8)
    assert sum(links.value[first]) == sum(links.value[second]) == 15
    assert set(links.source[first]) == {0}
    assert links.target[first] == links.source[second]
    by_end = Counter()
    for target, value in zip(links.target[second], links.value[second], strict=True):
        by_end[labels[target]] += value
    assert by_end == {"<b>in research</b> 5": 5, "<b>left out</b> 10": 10}
    assert "<b>landing</b> 15" in labels and "new kind 1 (6.7%)" in labels

    minutes = {("kept", T): 2, ("unreadable_json", T): 3, ("missing_x", T): 4, ("kept", None): 9}
    window = timeline.choose_window([minutes])
    bars = {bar.name: sum(bar.y) for bar in timeline.draw_timeline(minutes, window).data}
    assert bars == {"kept": 2, "rejected": 7}
    assert timeline.lines_elsewhere(minutes, window) == (0, 9)

    kinds = Counter({f"missing_{number}": number for number in range(1, 31)})
    assert sum(rejects.draw_rejects(kinds).data[0].x) == kinds.total()


def test_the_page_needs_no_network_and_says_nothing_of_the_place(draw, tmp_path: Path) -> None:
    text = draw(ROWS)
    assert not re.search("""(src|href|action)\\s*=|url\\(|@import|<link|<iframe|<img""", text)
    assert "http" not in re.sub("http://www.w3.org/[0-9a-z/]*", "", text)
    assert "ana.smith" not in text and str(tmp_path) not in text and "landing/" not in text
    assert "<script>/* plotly */</script>" in text


def test_plotly_is_in_the_page(
    draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(ROWS)
    monkeypatch.undo()
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "stedi.duckdb"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    capsys.readouterr()
    assert cli.main([]) == 0
    file = tmp_path / "target/accounting.html"
    assert capsys.readouterr().out == f"The accounting page: {file}\n"
    assert file.stat().st_size > 1_000_000
    assert not re.search("<script[^>]*src", file.read_text())


def test_the_same_counts_give_the_same_page(draw) -> None:
    assert draw(ROWS) == draw({table: rows[::-1] for table, rows in ROWS.items()})


def test_an_empty_landing_is_said(draw) -> None:
    words = in_words(draw({}))
    assert words.count("No line has been delivered.") == 3
    assert "No reading with a readable time has been delivered." in words
    assert "No line was rejected." in words


def test_one_feed_of_unreadable_lines_is_a_page(draw) -> None:
    words = in_words(draw({"step_trainer_outcomes": [("unreadable_json", None, 3)]}))
    assert words.count("No line has been delivered.") == 2
    assert "Device readings (step trainer): 3" in words


def test_names_cannot_break_the_page(draw) -> None:
    nasty = "<script>alert(1)</script>"
    text = draw({"customer_outcomes": [(nasty, 3), (f"missing_{nasty}", 4)]})
    assert nasty not in text
    assert "&lt;script&gt;" in text


def test_every_documented_outcome_has_a_look_and_no_two_of_a_feed_share_it() -> None:
    documented = (PROJECT / "models/audit/_audit__docs.md").read_text()
    rows = re.findall(r"^\| ([a-z_]+) \| ([a-z, ]+) \|", documented, re.MULTILINE)
    rows = [row for row in rows if row[0] != "outcome"]
    assert len(rows) >= 10
    of_feed = {"customer": [], "accelerometer": [], "step trainer": []}
    for outcome, feeds in rows:
        assert outcome in style.LOOKS
        for feed, outcomes in of_feed.items():
            if feeds == "all" or feed in feeds or (feeds == "readings" and feed != "customer"):
                outcomes.append(outcome)
    for outcomes in of_feed.values():
        looks = [style.look(name) for name in (*outcomes, "kept", "redelivered", "rejected")]
        assert len({look.colour for look in looks}) == len(looks)
        assert len({look.words for look in looks}) == len(looks)
        # Without colour: another pattern, or clearly lighter.
        for one, other in combinations(looks, 2):
            assert one.pattern != other.pattern or abs(lightness(one) - lightness(other)) > 80


def lightness(look: style.Look) -> float:
    red, green, blue = (int(look.colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    ("minutes", "words", "width"),
    [
        ([T], "2022-06-18 15:00 to 2022-06-18 15:01 UTC", "minute"),
        ([T, T + 119 * MINUTE], "2022-06-18 15:00 to 2022-06-18 17:00 UTC", "minute"),
        ([T, T + 120 * MINUTE], "2022-06-18 15:00 to 2022-06-18 17:02 UTC", "2 minutes"),
        ([T, T + 10 * timeline.DAY], "2022-06-18 15:00 to 2022-06-28 18:00 UTC", "3 hours"),
        (
            [T + 7 * MINUTE, T + 10 * timeline.DAY],
            "2022-06-18 15:00 to 2022-06-28 18:00 UTC",
            "3 hours",
        ),
    ],
)
def test_a_bar_is_as_wide_as_the_time_asks_for(minutes: list[int], words: str, width: str) -> None:
    window = timeline.choose_window([{("kept", minute): 1 for minute in minutes}])
    assert window.words == words
    assert timeline.width_in_words(window.width) == width
    assert len(window.bars) <= timeline.MOST_BARS + 1
    assert all(minute in window for minute in minutes)


def test_wrong_clocks_do_not_hide_the_readings() -> None:
    usual = {("kept", T + number * MINUTE): 100 for number in range(40)}
    wrong = {("kept", 946_684_800_000): 3, ("kept", 4_102_444_740_000): 4}
    window = timeline.choose_window([usual | wrong])
    assert window.words == "2022-06-18 15:00 to 2022-06-18 15:40 UTC"
    assert timeline.lines_elsewhere(usual | wrong, window) == (7, 0)


def test_centuries_fit_into_the_bars() -> None:
    lines = {("kept", year * 364 * timeline.DAY): 1 for year in range(30, 130)}
    assert len(timeline.choose_window([lines]).bars) <= timeline.MOST_BARS


def test_rejects_of_many_kinds_are_few_bars() -> None:
    everything = ",".join(f"missing_column_{number}" for number in range(10))
    kinds = Counter({everything: 100} | {f"missing_{number}": 1 for number in range(40)})
    figure = rejects.draw_rejects(kinds)
    labels = figure.layout.yaxis.ticktext
    assert len(labels) == rejects.MOST_KINDS + 1
    assert labels[0] == "missing_column_0, missing_column_1 and 8 more"
    assert labels[-1] == "26 other kinds"


def test_tables_that_are_not_built_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    duckdb.connect(str(tmp_path / "old.duckdb")).close()
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "old.duckdb"))
    assert cli.main(["--out", str(tmp_path / "page.html")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and "Run make build" in error
    assert not (tmp_path / "page.html").exists()
