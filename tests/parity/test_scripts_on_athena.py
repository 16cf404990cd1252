"""What people run on Athena, on the complete local one: two scripts, and lines of the guide."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import boto3
import pytest
import query
import upload_landing
from stedi import athena

from tests.support.lakehouse import PROJECT


@pytest.fixture(autouse=True)
def variables(local_athena, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that leads to the local Athena."""
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STEDI_ATHENA_RESULTS", "s3://stedi-results/athena/")
    monkeypatch.setattr(athena, "POLL_SECONDS", 0.05)


def test_a_select_is_shown(capsys) -> None:
    sql = "select * from (values (1, 'a', 1.5), (22, '', null), (null, null, 2.0)) as t (n, s, d)"
    assert query.main([sql]) == 0
    out, err = capsys.readouterr()
    assert [line.rstrip() for line in out.splitlines()] == [
        "   n  s        d",
        "----  ----  ----",
        "   1  a      1.5",
        "  22        NULL",
        "NULL  NULL   2.0",
    ]
    assert err.startswith("3 rows, 0.00 MB scanned, about 0.000048 USD, query ")
    assert query.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out == 'n,s,d\n1,a,1.5\n22,"",\n,,2.0\n'


def test_a_result_has_several_pages(capsys) -> None:
    sql = "select n from unnest(sequence(1, 2500)) as t (n) order by n"
    assert query.main([sql, "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["n", *map(str, range(1, 2501))]


def test_a_failure_is_marked(capsys) -> None:
    assert query.main(["select 1 as n,\n  nothing"]) == 1
    first, *rest = capsys.readouterr().err.splitlines()
    assert "Column 'nothing' cannot be resolved" in first
    assert rest == ["  nothing", "  ^"]


def test_a_running_query_is_cancelled(capsys, monkeypatch) -> None:
    endless = "select count(*) from " + " cross join ".join(
        f"unnest(sequence(1, 10000)) as t{number} (n)" for number in range(4)
    )
    execute = athena.execute
    seen = []

    def interrupted(*arguments: object, **how: object) -> object:
        def on_poll(execution) -> None:
            seen.append(execution)
            if execution.state == "RUNNING":
                os.kill(os.getpid(), signal.SIGINT)

        return execute(*arguments, **how | {"on_poll": on_poll})

    monkeypatch.setattr(athena, "execute", interrupted)
    assert query.main([endless]) == 130
    assert f"query {seen[-1].query_id} is cancelled" in capsys.readouterr().err
    client = boto3.client("athena")
    execution = client.get_query_execution(QueryExecutionId=seen[-1].query_id)
    assert execution["QueryExecution"]["Status"]["State"] == "CANCELLED"


def test_a_plan_is_shown_uncut_and_free(capsys) -> None:
    assert query.main(["explain select n from (values 1) as t (n)"]) == 0
    out, err = capsys.readouterr()
    assert "Query Plan" not in out and "Output" in out
    assert "0.00 MB scanned, free, " in err


def test_ddl_makes_what_a_select_finds(capsys) -> None:
    assert query.main(["create schema if not exists query_test"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("done, 0.00 MB scanned, free, ")
    assert query.main(["show schemas like 'query_test'"]) == 0
    assert capsys.readouterr().out == "query_test\n"
    assert query.main(["drop schema query_test"]) == 0


def test_uploaded_lines_can_be_counted(tmp_path: Path, capsys) -> None:
    file = tmp_path / "accelerometer" / "landing" / "accelerometer-1.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"invented": "accelerometer"}\n' * 3)
    boto3.client("s3").create_bucket(Bucket="upload-test")
    arguments = [str(tmp_path), "s3://upload-test/stedi", "--ingest-date", "2024-02-28"]
    assert upload_landing.main(arguments) == 0
    assert upload_landing.main(arguments) == 0
    assert "(0 sent, 1 kept)" in capsys.readouterr().out
    table = (
        "create external table upload_test.lines (line string) "
        "location 's3://upload-test/stedi/accelerometer/landing/'"
    )
    for sql in ("create schema upload_test", table, "select count(*) from upload_test.lines"):
        capsys.readouterr()
        assert query.main([sql]) == 0
    assert capsys.readouterr().out.split()[-1] == "3"


def test_the_guide_reads_a_table_with_pyathena(capsys, monkeypatch) -> None:
    monkeypatch.setenv("STEDI_WORK_GROUP", "primary")
    assert query.main(["create database guide"]) == 0
    readings = """
        create table guide.readings
        with (table_type = 'iceberg', is_external = false, location = 's3://stedi-lake/guide/')
        as select * from (values
            (timestamp '2022-06-18 10:00:00.123456', 1.5e0, 'train'),
            (timestamp '2022-06-18 10:00:01', 2.5e0, 'test')
        ) as t (captured_at, mean_norm, split)
    """
    assert query.main([readings]) == 0
    capsys.readouterr()
    guide = (PROJECT / "docs/local_athena.md").read_text(encoding="utf-8")
    first = re.findall("```python\n(.*?)```", guide, re.DOTALL)[0]
    exec(first.replace("stedi_research", "guide"), {})
    assert capsys.readouterr().out == ("(datetime.datetime(2022, 6, 18, 10, 0, 0, 123456), 1.5)\n")
