"""The benchmark on tiny data, without PySpark and Athena; its figures, its page, its end."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path
from xml.etree import ElementTree

import benchmark
import psutil
import pytest
from benchmarking import contenders, landing, page
from benchmarking.measure import measure
from stedi.command import Problem
from stedi.feeds import feeds

MB = 1 << 20
ALLOCATED, KEPT, MOVED = 150 * MB, 100 * MB, 20 * MB
# A child does most of it, while its parent keeps some: what both have at one time counts.
GREEDY = f"""
import subprocess, sys
kept = bytearray(b"1") * {KEPT}
code = '''
import sys, time
full = bytearray(b"1") * {ALLOCATED}
with open(sys.argv[1], "wb") as file:
    file.write(full[:{MOVED}])
with open(sys.argv[1], "rb") as file:
    file.read()
time.sleep(0.5)
'''
subprocess.run([sys.executable, "-c", code, sys.argv[1]], check=True)
print("done")
"""
FIGURES = {"node_s": 2.0, "wall_s": 3.0, "peak_bytes": 5e8, "read_bytes": 1e9, "written_bytes": 2e9}
RUN = FIGURES | {"zones": {"staging": 3.0, "audit": 1.0}, "rows": {"customer_trusted": 5}}
ATHENA = FIGURES | {"queries": 7, "scanned": 4e6, "staged": 2e6, "usd": 0.01}


def test_memory_and_bytes_of_a_whole_process_tree_are_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GREEDY, str(tmp_path / "file")]
    cost, output = measure(command, tmp_path / "greedy.log", os.environ)
    assert output == "done\n"
    assert ALLOCATED + KEPT <= cost["peak_bytes"] < ALLOCATED + KEPT + MOVED * 2 + 60 * MB
    assert MOVED <= cost["written_bytes"] < MOVED + MB
    assert MOVED <= cost["read_bytes"] < MOVED + 20 * MB  # and Python's modules, twice
    assert 0.5 < cost["wall_s"] < 60


def test_a_command_that_fails_is_shown_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(3)"]
    with pytest.raises(Problem, match=r"^greedy failed with code 3: see .*greedy.log\nwhy$"):
        measure(command, tmp_path / "greedy.log", os.environ)


def test_an_interrupt_leaves_no_process(tmp_path: Path) -> None:
    code = "import subprocess; subprocess.run(['sleep', '60'])"
    others = psutil.Process().children(recursive=True)  # of tests that ran before
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.alarm(2)
        with pytest.raises(KeyboardInterrupt):
            measure([sys.executable, "-c", code], tmp_path / "sleeper.log", os.environ)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert set(psutil.Process().children(recursive=True)) <= set(others)


def lines(root: Path) -> list[str]:
    files = [file for feed in feeds().values() for file in (root / feed.location).rglob("*.json")]
    return sorted(line for file in files for line in file.read_text().splitlines())


def test_both_layouts_have_the_same_lines_and_the_new_ones_come_and_go(tmp_path: Path) -> None:
    place = tmp_path / "1x"
    landing.make(place, 0.15, True)
    flat, new = lines(place / "flat"), lines(place / "new")
    assert flat == lines(place / "arrival")
    size = sum(len(line.encode()) + 1 for line in flat)
    assert landing.count(place) == {"customers": 143, "lines": len(flat), "bytes": size}
    assert 0.005 < len(new) / len(flat) < 0.02
    for shown in (True, True, False):
        landing.show_new_files(place, shown)
        assert lines(place / "flat") == sorted(flat + new * shown)


def test_the_project_is_measured_cold_again_and_with_new_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def dbt(bench: contenders.Bench, name: str, *command: str, **variables: str) -> dict:
        database = bench.data / "work/stedi.duckdb"
        new = len(list(bench.landing.glob(f"flat/*/landing/{landing.NEW_FILE}")))
        seen.append((name, command[0], new, database.exists(), variables.get("STEDI_MEMORY")))
        with contenders.duckdb.connect(str(database)) as lake:
            for table in contenders.TABLES:
                zone = "curated" if "curated" in table else "trusted"
                lake.execute(f"create schema if not exists stedi_{zone}")
                lake.execute(f"create or replace table stedi_{zone}.{table} as select 1")
        return {}

    monkeypatch.setattr(contenders.Bench, "dbt", dbt)
    for size in ("0.02x", "101x"):
        landing.make(tmp_path / size, 0.02, False)
    names = [name for name, _ in contenders.project(contenders.Bench(tmp_path, 0.02))]
    assert names == [
        name for name in page.LABELS if name not in ("scan", "hand", "spark", "run_little")
    ]
    for name, command, new, warm, memory in seen[1:]:
        assert (new, warm) == (3 * name.endswith("_new"), name.endswith(("_new", "_again")))
        assert (command, memory) == ("build" if "build" in name else "run", None)
    seen.clear()
    rows = [
        figures.get("rows") for _, figures in contenders.project(contenders.Bench(tmp_path, 101))
    ]
    assert [(name, memory) for name, _, _, _, memory in seen[1:]] == [
        ("run", "12GB"),
        ("run_little", "4GB"),
    ]
    assert rows == [dict.fromkeys(contenders.TABLES, 1)] * 2


@pytest.fixture
def results(tmp_path: Path):
    """A function that adds a result to the folder; it returns the folder."""
    (tmp_path / "results").mkdir()

    def add(
        size: float, contender: str, figures: dict, number: int = 1, started: str = "1"
    ) -> Path:
        facts = {"size": size, "contender": contender, "figures": figures, "started": started}
        facts |= {"commit": f"c{started}", "machine": "one", "versions": {"dbt": "1"}}
        facts["landing"] = {"customers": 9, "lines": 9, "bytes": 8e6}
        place = tmp_path / "results" / f"{size:g}x-{contender}-{number}.json"
        place.write_text(json.dumps(facts))
        return place.parent

    return add


def tables(text: str) -> list[dict[str, list[str]]]:
    """The tables of a page: label -> cells; each row must have as many cells as the header."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        header, _, *rows = (
            [cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines()
        )
        assert all(len(row) == len(header) for row in rows)
        found.append({row[0]: row[1:] for row in rows})
    return found


def test_the_page_has_the_medians_of_all_that_is_measured(results, tmp_path: Path) -> None:
    for number, seconds in enumerate((9.0, 1.0, 2.0)):
        results(1, "run", RUN | {"node_s": seconds}, number)
    for number, (seconds, started) in enumerate([(7.0, "2"), (70.0, "1"), (80.0, "1")]):
        results(1, "hand", FIGURES | {"node_s": seconds}, number, started)  # 70 and 80 are old
    for name in [*page.LABELS, *page.ON_ATHENA]:
        results(10, name, {"run": RUN, "scan": FIGURES, "hand": FIGURES}.get(name, ATHENA))
    results(10, "run_new", FIGURES | {"node_s": 0.5})
    folder = results(10, "athena_new", ATHENA | {"scanned": 1e6, "staged": 0.2e6})
    out = tmp_path / "page.md"
    data = ["--data", str(folder.parent), "--page", str(out), "--runs", "0"]
    assert benchmark.main(data) == 0
    ratios, of_1, of_10, athena, zones = tables(out.read_text())
    assert of_1 == {
        page.LABELS["hand"]: ["1", "7.00", "3.00", "500", "1,000", "2,000"],
        page.LABELS["run"]: ["3", "2.00", "3.00", "500", "1,000", "2,000"],
    }
    assert list(of_10) == list(page.LABELS.values())
    assert ratios["`dbt run` with 1 % new data : cold"] == ["-", "0.25"]
    assert ratios["`dbt run` : raw scan + by hand"] == ["-", "0.50"]
    assert ratios["bytes scanned on Athena, 1 % new data : cold"] == ["-", "0.25"]
    assert ratios["of these by staging, 1 % new data : cold"] == ["-", "0.10"]
    growth = ratios["`dbt run`: node time, by that of the size before"]
    assert growth == ["-", "1.0 for 10 times the data"]
    assert athena[page.ON_ATHENA["athena"]] == ["10x", "7", "4.0", "2.0", "8.0", "0.0100", "2"]
    assert zones == {"staging": ["75%", "75%"], "audit": ["25%", "25%"]}
    assert "commit c1, 1; commit c2, 2" in out.read_text()
    picture = ElementTree.parse(tmp_path / "page.svg")
    drawn = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {page.LABELS[name].replace("`", "") for name in page.DRAWN} < set(drawn)


def test_contenders_that_made_other_rows_are_named(results) -> None:
    results(1, "hand", FIGURES | {"rows": {"customer_trusted": 4}})
    results(1, "scan", FIGURES | {"rows": {}})
    with pytest.raises(Problem, match=r"size 1: (hand|run) made .*}, (hand|run) .*}"):
        page.read(results(1, "run", RUN))


def test_a_tiny_run_keeps_each_result_and_writes_the_page(tmp_path: Path) -> None:
    places = ["--data", str(tmp_path / "data"), "--page", str(tmp_path / "page.md")]
    assert benchmark.main(["--sizes", "0.02", "--runs", "2", "--only", "hand", *places]) == 0
    kept = sorted(os.listdir(tmp_path / "data/results"))
    assert kept == [f"0.02x-{name}-{number}.json" for name in ("hand", "scan") for number in (1, 2)]
    (measured,) = tables((tmp_path / "page.md").read_text())[-1:]
    assert list(measured) == [page.LABELS["scan"], page.LABELS["hand"]]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--sizes", "0"], 2, "must be a number of 0.01 to 2000"),
        (["--sizes", "x"], 2, "must be a number of 0.01 to 2000"),
        (["--runs", "x"], 2, "must be a whole number"),
        (["--only", "dbt"], 2, "'dbt' is none of hand, spark, project, athena"),
        (["--sizes", "101", "--only", "athena"], 1, "athena is measured up to size 100"),
        (["--only", "spark"], 1, "spark is not installed: use make benchmark"),
        (["--runs", "0"], 1, "nothing is measured in"),
        (["--sizes", "2000", "--only", "hand"], 1, "GB: make room, or name another folder"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(
    options: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setattr(contenders, "SPARK", tmp_path / "nothing")
    monkeypatch.setattr(benchmark, "DISK_BYTES", 1e18)
    try:
        assert benchmark.main(["--data", str(tmp_path), *options]) == code
    except SystemExit as stop:
        assert stop.code == code
    assert said in capsys.readouterr().err.splitlines()[-1]
