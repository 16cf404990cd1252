"""The benchmark on tiny data, without PySpark and Athena; its figures, its page, its end."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import benchmark
import psutil
import pytest
from benchmarking import contenders, landing, on_athena, page
from benchmarking.contenders import LABELS, ON_ATHENA, TABLES
from benchmarking.measure import measure
from stedi.command import PROJECT, Problem
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
FIGURES = {
    "node_s": 2.0,
    "wall_s": 3.0,
    "peak_bytes": 5e8,
    "read_bytes": 1e9,
    "written_bytes": 2e9,
    "zones": {"staging": 3.0, "audit": 1.0},
}
ATHENA = {"node_s": 9.0, "wall_s": 10.0, "queries": 7, "scanned_bytes": 4e6, "billed_bytes": 2e9}


def result(size: float, names: list[str], **changes: dict) -> dict:
    figures = {name: ATHENA if name in ON_ATHENA else FIGURES for name in names}
    counts = {"customers": 9, "lines": 9, "bytes": 9, "new_lines": 1, "new_bytes": 1}
    facts = {"size": size, "date": "2022-06-18", "commit": "abc", "runs": 3, "machine": "one"}
    about = {"versions": {"dbt": "1"}, "notes": ["spark could not be measured: no Java"]}
    return {**facts, **about, "landing": counts, "figures": figures | changes}


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


def test_memory_and_bytes_of_a_whole_process_tree_are_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GREEDY, str(tmp_path / "file")]
    cost, output = measure(command, dict(os.environ), tmp_path, tmp_path / "greedy.log")
    assert output == "done\n"
    assert ALLOCATED + KEPT <= cost.peak_bytes < ALLOCATED + KEPT + MOVED * 2 + 60 * MB
    assert MOVED <= cost.written_bytes < MOVED + MB
    assert MOVED <= cost.read_bytes < MOVED + 20 * MB  # and Python's modules, twice


def test_a_command_that_fails_is_shown_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(3)"]
    with pytest.raises(Problem, match=r"^greedy failed with code 3\nwhy\nsee .*greedy.log$"):
        measure(command, dict(os.environ), tmp_path, tmp_path / "greedy.log")


def lines(root: Path) -> list[str]:
    files = [file for feed in feeds().values() for file in (root / feed.location).rglob("*.json")]
    return sorted(line for file in files for line in file.read_text().splitlines())


def test_both_layouts_have_the_same_lines_and_the_new_ones_come_and_go(tmp_path: Path) -> None:
    made = landing.prepare(tmp_path / "1x", 0.15, keep_arrival=True)
    flat, new = lines(made.flat), lines(made.folder / "new")
    assert flat == lines(made.folder / "arrival")
    assert (len(flat), len(new)) == (made.lines, made.new_lines)
    assert (
        made.customers
        == round(0.15 * landing.CUSTOMERS)
        == len(set(flat)) - len([line for line in set(flat) if "email" not in line])
    )
    assert 0.005 < made.new_lines / made.lines < 0.02
    with made.with_new_files():
        assert lines(made.flat) == sorted(flat + new)
    assert lines(made.flat) == flat
    with made.with_new_files():
        killed = landing.prepare(tmp_path / "1x", 0.15, keep_arrival=True)
        assert (killed, lines(killed.flat)) == (made, flat)


def test_athena_bills_ten_megabytes_at_least_and_no_ddl(tmp_path: Path) -> None:
    def execution(kind: str, scanned: int, state: str = "SUCCEEDED") -> dict:
        statistics = {"DataScannedInBytes": scanned}
        return {"StatementType": kind, "Statistics": statistics, "Status": {"State": state}}

    billed = {
        execution_bytes: on_athena.billed_bytes(execution(*execution_bytes))
        for execution_bytes in [
            ("DML", 0),
            ("DML", 1),
            ("DML", 10 * MB + 1),
            ("DDL", 0),
            ("DDL", 12 * MB),
            ("UTILITY", 0),
            ("DML", 12 * MB, "FAILED"),
        ]
    }
    assert list(billed.values()) == [10 * MB, 10 * MB, 11 * MB, 0, 12 * MB, 0, 0]


def test_contenders_that_made_other_rows_are_named() -> None:
    rows = dict.fromkeys(TABLES, 5)
    figures = {"scan": [{"rows": {"customer": 9}}], "hand": [{"rows": rows}]}
    benchmark.check_rows(figures | {"run": [{"rows": rows}]})
    with pytest.raises(Problem, match="run"):
        benchmark.check_rows(figures | {"run": [{"rows": rows | {"customer_trusted": 4}}]})


def test_figures_are_medians() -> None:
    values = [{"node_s": second, "zones": {"audit": -second}} for second in (9, 1, 2)]
    assert benchmark.middle(values) == {"node_s": 2, "zones": {"audit": -2}}


def test_the_page_has_each_contender_of_each_size_and_its_ratios() -> None:
    small = [name for name in LABELS if name != "spark" and name not in ON_ATHENA]
    fast = FIGURES | {"node_s": 0.5}
    results = [result(1, small), result(10, list(LABELS), run_new=fast)]
    text = page.render(results, "benchmarks.svg")
    ratios, of_1, of_10, athena, zones = tables(text)
    assert set(of_1) == {LABELS[name] for name in small}
    assert set(of_10) == {label for name, label in LABELS.items() if name not in ON_ATHENA}
    assert of_10[LABELS["run"]] == ["2.00", "3.00", "500", "1,000", "2,000"]
    assert ratios["`dbt run` with 1 % new data : cold"] == ["1.00", "0.25"]
    assert ratios["`dbt run` : PySpark"] == ["-", "1.00"]
    assert len(athena) == len(ON_ATHENA)
    assert athena[LABELS["athena"]][:2] == ["10x", "7"]
    assert zones == {"staging": ["75%", "75%"], "audit": ["25%", "25%"]}
    assert "\n- spark could not be measured: no Java.\n" in text

    drawn = ElementTree.fromstring(page.picture(results))
    shapes = [element.tag.rpartition("}")[2] for element in drawn]
    assert shapes.count("polyline") == len(page.DRAWN)
    assert shapes.count("circle") == 2 * len(page.DRAWN) - 1


def start(folder: Path, *options: str) -> subprocess.Popen:
    small = ["--sizes", "0.02", "--runs", "1", "--without", "spark,build,athena"]
    places = ["--data", str(folder / "data"), "--page", str(folder / "page.md")]
    command = [sys.executable, str(PROJECT / "scripts/benchmark.py"), *small, *places, *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = {**os.environ, "DBT_LOG_LEVEL_FILE": "none"}  # writing it takes long
    return subprocess.Popen(command, text=True, env=environment, **pipes)


# Stands for dbt, which takes half a minute for these nine commands: makes the published tables by
# hand, says what it saw.
DBT = """
import json, os, sys
from pathlib import Path
from benchmarking import by_hand
from benchmarking.contenders import TABLES
landing, target = os.environ["STEDI_LANDING"], Path(os.environ["DBT_TARGET_PATH"])
with open(os.environ["SEEN"], "a") as seen:
    new = len(list(Path(landing).rglob("new.json")))
    isolated = "data/stedi.duckdb" not in os.environ["STEDI_DUCKDB"]
    seen.write(json.dumps([sys.argv[3], new, os.path.exists(os.environ["STEDI_DUCKDB"]), isolated]))
    seen.write(chr(10))
connection = by_hand.connect(landing)
connection.execute(f"attach '{os.environ['STEDI_DUCKDB']}' as lake")
for table, query in by_hand.TABLES.items():
    connection.execute(f"create schema if not exists lake.stedi_{TABLES[table]}")
    connection.execute(f"create or replace table lake.stedi_{TABLES[table]}.{table} as {query}")
    connection.execute(f"create or replace view {table} as from lake.stedi_{TABLES[table]}.{table}")
when = "2022-06-18T00:00:0{}.5Z"
model = {"unique_id": "model.stedi.m", "relation_name": '"x"."stedi_audit"."m"'}
test = {"unique_id": "test.stedi.t", "relation_name": None}
for node, start in ((model, 3), (test, 1)):
    node["execution_time"] = 1.0
    node["timing"] = [
        {"started_at": when.format(start), "completed_at": when.format(start + 1)}
    ]
target.mkdir(exist_ok=True)
(target / "run_results.json").write_text(json.dumps({"results": [model, test]}))
"""


def test_a_tiny_run_measures_each_contender_and_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "dbt.py").write_text(DBT)
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ncase $2 in dbt.cli.main) exec {sys.executable} {tmp_path}/dbt.py "$@";; esac\n'
        f'exec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    monkeypatch.setattr(contenders, "PYTHON", str(python))
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    places = ["--data", str(tmp_path / "data"), "--page", str(tmp_path / "page.md")]
    small = ["--sizes", "0.02", "--runs", "1", "--without", "spark,athena"]
    assert benchmark.main([*small, *places]) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"Written: {tmp_path / 'page.md'}\n")
    _, measured, zones = tables((tmp_path / "page.md").read_text())
    names = [name for name in LABELS if name != "spark" and name not in ON_ATHENA]
    assert list(measured) == [LABELS[name] for name in names]
    assert measured[LABELS["build_new"]][0] == "3.00"  # from the first start to the last end
    assert zones == {"audit": ["100%"]}
    ElementTree.parse(tmp_path / "page.svg")
    seen = [json.loads(line) for line in (tmp_path / "seen").read_text().splitlines()]
    cold, again, new = (0, False, True), (0, True, True), (3, True, True)
    assert [tuple(one) for one in seen] == [
        ("parse", *cold),
        ("run", *cold),
        *(("run", *state) for state in (cold, again, new)),
        *(("build", *state) for state in (cold, again, new)),
    ]


def test_an_interrupt_leaves_no_process_and_no_page(tmp_path: Path) -> None:
    process = start(tmp_path)
    while "parse" not in process.stderr.readline():
        assert process.poll() is None
    ours = psutil.Process(process.pid)
    deadline = time.monotonic() + 60
    while not (children := ours.children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.endswith("interrupted: sizes that are complete are kept\n")
    assert children and not any(child.is_running() for child in children)
    assert sorted(os.listdir(tmp_path)) == ["data"]


def test_two_benchmarks_do_not_share_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with (tmp_path / "data/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = start(tmp_path)
        assert "another benchmark uses" in process.communicate(timeout=60)[1]
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sizes", "0"], "must be numbers"),
        (["--sizes", "x"], "must be numbers"),
        (["--runs", "0"], "must be 1 or more"),
        (["--without", "dbt"], "'dbt' is none of spark, build, athena"),
        (["--page", "/nowhere/page.md"], "there is no such folder"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: list[str], said: str) -> None:
    process = start(tmp_path, *options)
    assert said in process.communicate(timeout=60)[1]
    assert process.returncode == 2
