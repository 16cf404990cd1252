"""scripts/query.py: tables, plain lines, CSV, files."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from athena_query import output
from athena_query.results import Column
from athena_server import (
    FAILED,
    ID,
    SCRIPT,
    SQL,
    Athena,
    Refusal,
    child,
    error,
    run,
)

# Tables


def test_the_script_itself_runs(athena: Athena) -> None:
    command = [sys.executable, str(SCRIPT), SQL]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "_col0\n-----\n    1\n"
    # Not a terminal: no progress, one line at the end.
    assert result.stderr.startswith("1 row, 0 bytes scanned") and result.stderr.count("\n") == 1
    assert result.stderr.endswith(f"query {ID}\n")


def test_a_table_tells_null_from_texts_and_aligns_numbers(athena: Athena, capsys) -> None:
    athena.columns = [("name", "varchar"), ("n", "bigint"), ("share", "decimal(5,2)")]
    athena.rows = [
        ["ana", "1,000", "0.50"],
        ["", "7", None],
        [None, None, "10.25"],
        ["NULL", "", ""],
    ]
    assert run(SQL) == 0
    assert capsys.readouterr().out.splitlines() == [
        "name        n  share",
        "------  -----  -----",
        "ana     1,000   0.50",
        "            7   NULL",
        "NULL     NULL  10.25",
        "'NULL'",
    ]


def test_values_are_cut_unless_wide(athena: Athena, capsys) -> None:
    athena.columns = [("t", "varchar"), ("n", "integer")]
    athena.rows = [["x" * 60, "1"], ["y" * 61, "2"]]
    assert run(SQL) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:] == ["x" * 60 + "  1", "y" * 59 + "…" + "  2"]
    assert run(SQL, "--wide") == 0
    assert capsys.readouterr().out.splitlines()[3] == "y" * 61 + "  2"


def test_wide_characters_and_accents_are_aligned() -> None:
    columns = [Column("t", "varchar"), Column("u", "varchar")]
    rows = [("日本", "a"), ("e\u0301te\u0301", "b"), ("plain", "c")]
    lines = list(output.render_table(columns, rows, wide=False))
    assert lines[2:] == ["日本   a", "e\u0301te\u0301    b", "plain  c"]
    assert output.shorten("日" * 40, 9) == "日日日日…"


def test_values_cannot_command_the_terminal(athena: Athena, capsys) -> None:
    athena.columns = [("t", "varchar")]
    athena.rows = [["a\nb\tc"], ["\x1b[2Jgone"], ["\u202eright"]]
    assert run(SQL) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [r"a\nb\tc", r"\x1b[2Jgone", r"\u202eright"]


def test_a_table_says_that_more_rows_exist_and_asks_for_no_more(athena: Athena, capsys) -> None:
    athena.rows = [[str(number)] for number in range(5000)]
    assert run(SQL, "--max-rows", "3") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", "-----", "0", "1", "2"]
    assert captured.err.startswith("the first 3 rows (more exist: raise --max-rows")
    assert athena.count("GetQueryResults") == 1
    assert athena.request("GetQueryResults")["MaxResults"] == 5  # with the header and one more


@pytest.mark.parametrize("longest_page", [1, 2, 1000])
def test_a_table_that_is_complete_says_so(athena: Athena, capsys, longest_page: int) -> None:
    athena.longest_page = longest_page
    athena.rows = [["1"], ["2"], ["3"]]
    assert run(SQL, "--max-rows", "3") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", "-----", "1", "2", "3"]
    assert captured.err.startswith("3 rows, ")


def test_a_result_without_rows_has_a_header(athena: Athena, capsys) -> None:
    athena.rows = []
    assert run(SQL) == 0
    captured = capsys.readouterr()
    assert captured.out == "_col0\n-----\n" and captured.err.startswith("0 rows, ")


def test_a_row_equal_to_the_header_is_a_row(athena: Athena, capsys) -> None:
    athena.columns, athena.rows = [("a", "varchar")], [["a"]]
    assert run(SQL) == 0
    assert capsys.readouterr().out == "a\n-\na\n"


def test_a_terminal_that_does_not_know_a_character_gets_an_escape(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    athena.columns, athena.rows = [("t", "varchar")], [["é" * 61]]
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with child(SQL) as process:
        out, _ = process.communicate()
    assert process.returncode == 0 and out.endswith(r"\xe9" * 59 + r"\u2026" + "\n")


# What is no query


def test_show_without_rows_has_none(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns, athena.rows = [("tab_name", "string")], []
    assert run("show tables") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("0 rows, ")


def test_show_gives_plain_lines(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns = [("tab_name", "string")]
    athena.rows = [["tab_name"], ["x" * 70], ["a\tb"]]
    assert run("show tables") == 0
    captured = capsys.readouterr()
    assert captured.out == f"tab_name\n{'x' * 70}\na\tb\n"
    assert captured.err.startswith("3 rows, 0 bytes scanned, free, ")


def test_describe_is_a_table(athena: Athena, capsys) -> None:
    athena.kind, athena.has_header = "UTILITY", False
    athena.columns = [("col_name", "string"), ("data_type", "string"), ("comment", "string")]
    athena.rows = [
        ["line                \tstring              \tas it is\there "],
        ["n   \tint  \t"],
        ["# Partition"],
        [None],
    ]
    assert run("describe t") == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        r"line         string     as it is\there",
        "n            int",
        "# Partition",
        "",
    ]


@pytest.mark.parametrize("kind", [("UTILITY", ""), ("DML", "EXPLAIN")])
def test_explain_gives_the_plan_alone(athena: Athena, capsys, kind: tuple[str, str]) -> None:
    athena.kind, athena.subkind = kind
    athena.columns = [("Query Plan", "varchar")]
    athena.rows = [["Output"], ["    TableScan" + "." * 80], [""]]
    assert run("explain select 1") == 0
    captured = capsys.readouterr()
    assert captured.out == "Output\n    TableScan" + "." * 80 + "\n\n"
    assert "0 bytes scanned, free, " in captured.err


def test_ddl_prints_nothing_and_is_free(athena: Athena, capsys) -> None:
    athena.kind, athena.columns, athena.rows, athena.has_header = "DDL", [], [], False
    assert run("create schema x") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("done, 0 bytes scanned, free, ")


def test_an_insert_says_how_many_rows_it_wrote(athena: Athena, capsys) -> None:
    athena.columns, athena.rows, athena.has_header = [("rows", "bigint")], [], False
    athena.written_rows = 1234
    assert run("insert into t select 1") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("1,234 rows written, ")


# CSV


def test_csv_holds_every_value_and_null_is_not_an_empty_text(athena: Athena, capsys) -> None:
    athena.columns = [("a,b", "varchar"), ('c"d', "varchar"), ("", "bigint")]
    athena.rows = [
        ["x,y", 'say "hi"', "1"],
        ["two\nlines", "a\rb", None],
        ["", None, ""],
        ["x" * 99, "é", "2"],
    ]
    assert run(SQL, "--format", "csv") == 0
    text = capsys.readouterr().out
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [
        [name for name, _ in athena.columns],
        *[[cell or "" for cell in row] for row in athena.rows],
    ]
    assert '\n"",,""\n' in text and "\nxxx" in text and "\r\n" not in text


def test_csv_has_all_rows_of_all_pages(athena: Athena, capsys) -> None:
    athena.rows = [[str(number)] for number in range(2500)]
    assert run(SQL, "--format", "csv", "--max-rows", "1") == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["_col0", *map(str, range(2500))]
    assert athena.count("GetQueryResults") == 3
    assert captured.err.startswith("2,500 rows, ")


def test_csv_flows_page_by_page(athena: Athena) -> None:
    """The second page is handed over only when the first has come out."""
    athena.rows = [[f"{number:>50}"] for number in range(1500)]

    def hold_second_page(body: dict) -> None:
        if "NextToken" in body:
            athena.released.wait(20)

    athena.before = hold_second_page
    with child(SQL, "--format", "csv") as process:
        first = process.stdout.readline()
        assert not athena.released.is_set()
        athena.released.set()
        rest = process.stdout.readlines()
    assert first == "_col0\n" and len(rest) == 1500 and process.returncode == 0


# Files


def test_a_file_gets_csv_and_stdout_nothing(athena: Athena, tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    assert run(SQL, "--output", str(path)) == 0
    assert path.read_bytes() == b"_col0\n1\n" and capsys.readouterr().out == ""
    assert run(SQL, "--output", str(path), "--format", "table") == 0
    assert path.read_bytes() == b"_col0\n-----\n    1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_a_file_stays_a_link(athena: Athena, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_text("before")
    assert run(SQL, "--output", str(tmp_path / "link")) == 0
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_text() == "_col0\n1\n"


@pytest.mark.parametrize("broken", ["the query", "the second page"])
def test_a_file_is_as_before_when_something_fails(
    athena: Athena, tmp_path: Path, capsys, broken: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    if broken == "the query":
        athena.states, athena.reason = [FAILED], "no"
    else:
        athena.rows = [[str(number)] for number in range(1500)]
        athena.refusals = {"GetQueryResults": [None, Refusal("InvalidRequestException", "gone")]}
    assert run(SQL, "--output", str(path)) == 1
    error(capsys)
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["folder", "folder/none/x.csv", "pipe"])
def test_a_place_that_takes_no_file_is_refused_before_the_query(
    athena: Athena, tmp_path: Path, capsys, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert run(SQL, "--output", str(tmp_path / place)) == 2
    assert "--output" in error(capsys)
    assert athena.requests == [] and (tmp_path / "pipe").is_fifo()
