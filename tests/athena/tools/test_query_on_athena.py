"""scripts/query.py on the complete local Athena."""

from __future__ import annotations

import os
import pty
import signal

import pytest
from athena_query import cli
from athena_server import (
    child,
    error,
)


@pytest.fixture
def real(local_athena, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that leads to the local Athena."""
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "s3://stedi-results/athena/")


def test_a_real_select_is_shown(real, capsys) -> None:
    sql = "select * from (values (1, 'a', 1.5), (22, '', null), (null, null, 2.0)) as t (n, s, d)"
    assert cli.main([sql]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "   n  s        d",
        "----  ----  ----",
        "   1  a      1.5",
        "  22        NULL",
        "NULL  NULL   2.0",
    ]
    assert captured.err.startswith("3 rows, 0 bytes scanned, ")
    assert cli.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out == 'n,s,d\n1,a,1.5\n22,"",\n,,2.0\n'


def test_a_real_result_has_several_pages(real, capsys) -> None:
    sql = "select n from unnest(sequence(1, 2500)) as t (n) order by n"
    assert cli.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["n", *map(str, range(1, 2501))]


def test_a_real_failure_is_marked(real, capsys) -> None:
    assert cli.main(["select 1 as n,\n  nothing"]) == 1
    lines = error(capsys).splitlines()
    assert "Column 'nothing' cannot be resolved" in lines[0]
    assert lines[1:3] == ["   2 |   nothing", "     |   ^"]


def test_a_real_query_is_cancelled(real) -> None:
    endless = "select count(*) from " + " cross join ".join(
        f"unnest(sequence(1, 10000)) as t{number} (n)" for number in range(4)
    )
    terminal, inside = pty.openpty()
    with child(endless, stderr=inside) as process, open(terminal, "rb", buffering=0) as screen:
        os.close(inside)
        try:
            shown = b""
            while b"running" not in shown:
                shown += screen.read(1024)
            process.send_signal(signal.SIGINT)
            process.wait(60)
            while b"was cancelled" not in shown:
                shown += screen.read(1024)
        finally:
            process.kill()
    assert process.returncode == 130


def test_a_real_plan_is_shown_uncut_and_free(real, capsys) -> None:
    assert cli.main(["explain select n from (values 1) as t (n)"]) == 0
    captured = capsys.readouterr()
    assert "Query Plan" not in captured.out and "Output" in captured.out
    assert "0 bytes scanned, free, " in captured.err


def test_real_ddl_makes_what_a_select_finds(real, capsys) -> None:
    assert cli.main(["create schema if not exists query_test"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("done, 0 bytes scanned, free, ")
    assert cli.main(["show schemas like 'query_test'"]) == 0
    assert capsys.readouterr().out == "query_test\n"
    assert cli.main(["drop schema query_test"]) == 0
