"""scripts/build_cost.py against a history of Athena in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import build_cost
import pytest

from tests.scripts.aws import Fake, lead_to

MB = 1 << 20
BEGIN = datetime(2026, 11, 28, 6, tzinfo=UTC)
BUILD, OTHER = "the-build", "another-one"
TABLE = '"awsdatacatalog"."stedi_trusted"."people"'


class History(Fake):
    """A workgroup's executions, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.executions: list[dict] = []
        self.missing: list[dict] = []

    def arguments(self, params: dict) -> dict:
        return json.loads(params["body"])

    def add(
        self,
        minute: float,
        query: str,
        node: str | None = None,
        invocation: str | None = BUILD,
        scanned: int = 0,
        kinds: tuple[str, str] = ("DML", "SELECT"),
        state: str = "SUCCEEDED",
    ) -> None:
        """Have an execution of so many minutes after the build's begin."""
        said = {"app": "dbt", "invocation_id": invocation} | ({"node_id": node} if node else {})
        self.executions.insert(
            0,
            {
                "QueryExecutionId": str(len(self.executions)),
                "Query": f"-- /* {json.dumps(said)} */\n{query}" if invocation else query,
                "StatementType": kinds[0],
                "SubstatementType": kinds[1],
                "Status": {
                    "State": state,
                    "SubmissionDateTime": BEGIN + timedelta(minutes=minute),
                },
                "Statistics": {"DataScannedInBytes": scanned},
            },
        )

    def answer(self, operation: str, request: dict) -> dict:
        if operation == "BatchGetQueryExecution":
            wanted = request["QueryExecutionIds"]
            found = [each for each in self.executions if each["QueryExecutionId"] in wanted]
            return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": self.missing}
        start, size = int(request.get("NextToken", 0)), request["MaxResults"]
        ids = [each["QueryExecutionId"] for each in self.executions]
        more = {"NextToken": str(start + size)} if start + size < len(ids) else {}
        return {"QueryExecutionIds": ids[start : start + size], **more}


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> History:
    """A history, and in the folder `target` what a build has left."""
    fake = History()
    target = tmp_path / "target"
    target.mkdir()
    lead_to(fake, "athena", monkeypatch, tmp_path, DBT_TARGET_PATH=str(target))
    leave(target)
    return fake


def leave(target: Path, engine: str = "athena", manifest: str = BUILD) -> None:
    """Write what a build writes."""
    run = {
        "metadata": {
            "invocation_id": BUILD,
            "invocation_started_at": "2026-11-28T06:00:00.000000Z",
            "generated_at": "2026-11-28T06:10:00.000000Z",
        },
        "args": {"which": "build"},
        "results": [
            {"unique_id": "model.stedi.people", "relation_name": TABLE},
            {"unique_id": "test.stedi.people_are_few.abc", "relation_name": None},
        ],
    }
    about = {"metadata": {"invocation_id": manifest, "adapter_type": engine}}
    (target / "run_results.json").write_text(json.dumps(run))
    (target / "manifest.json").write_text(json.dumps(about))


def told(capsys, *options: str) -> tuple[str, dict[str, list[str]]]:
    """The first line, and the rows of the tables by their names."""
    assert build_cost.main([*options]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    rows = (line.rsplit(maxsplit=3) for line in lines if line and line[-1].isdigit())
    return first, {name.strip(): numbers for name, *numbers in rows}


def test_a_build_is_told_from_others_and_summed_by_node_and_kind(history, capsys) -> None:
    model, test = "model.stedi.people", "test.stedi.people_are_few.abc"
    ddl = {"kinds": ("DDL", "ALTER_TABLE"), "invocation": None}
    history.add(-1, "alter table `stedi_trusted`.`people` rename", **ddl)  # of an earlier build
    history.add(0, "create schema if not exists `stedi_trusted`", kinds=("DDL", "CREATE_DATABASE"))
    history.add(1, "select 1", model, OTHER)
    history.add(1, "create table", model, scanned=20 * MB, kinds=("DDL", "CREATE_TABLE_AS_SELECT"))
    history.add(1, "alter table `stedi_trusted`.`people__ha` rename to `x`.`y`", **ddl)
    history.add(1, "vacuum awsdatacatalog.stedi_trusted.people", **ddl)
    history.add(1, "alter table `other_trusted`.`people` rename", **ddl)
    history.add(1, "select * from stedi_trusted.people", invocation=None)
    history.add(2, "msck repair table `stedi_landing`.`lines`", **ddl)
    history.add(3, "select 1", test, scanned=1)
    history.add(3, "select nothing", test, scanned=MB, state="FAILED")
    history.add(11, "optimize awsdatacatalog.stedi_trusted.people", **ddl)  # upkeep, afterwards
    first, rows = told(capsys, "--price-per-tb", str(1 << 20))  # a USD a MB
    assert first == (
        "dbt build of 2026-11-28 06:00 UTC: 7 queries, 21.00 MB scanned, about 30.000000 USD"
    )
    assert rows == {
        "model": ["3", "20.00", "20.000000"],
        "test": ["2", "1.00", "10.000000"],
        "landing and checks": ["2", "0.00", "0.000000"],
        "model people": ["3", "20.00", "20.000000"],
        "test people_are_few": ["2", "1.00", "10.000000"],
    }


def test_the_dearest_five_or_all_are_named(history, capsys) -> None:
    for number in range(7):
        history.add(
            1, "select 1", f"unit_test.stedi.people.case_{number}", scanned=number * 20 * MB
        )
    first, rows = told(capsys)
    assert "7 queries, 420.00 MB" in first
    assert list(rows) == ["unit_test", *(f"unit_test people.case_{n}" for n in (6, 5, 4, 3, 2))]
    assert len(told(capsys, "--all")[1]) == 8


@pytest.mark.parametrize(("older", "pages"), [(0, 3), (60, 4), (1000, 4)])
def test_pages_are_read_until_all_of_one_is_older(history, capsys, older, pages) -> None:
    for _ in range(older):
        history.add(-60, "select 1", "model.stedi.people", OTHER)
    for _ in range(120):
        history.add(1, "select 1", "model.stedi.people")
    assert told(capsys)[0].startswith("dbt build of 2026-11-28 06:00 UTC: 120 queries, ")
    asked = history.asked("BatchGetQueryExecution")
    assert len(asked) == len(history.asked("ListQueryExecutions")) == pages
    assert max(len(request["QueryExecutionIds"]) for request in asked) == 50


def test_the_workgroup_is_the_build_s_or_the_option_s(history, capsys, monkeypatch) -> None:
    history.add(1, "select 1")
    monkeypatch.setenv("STEDI_WORK_GROUP", "builds")
    told(capsys)
    told(capsys, "--work-group", "others")
    groups = [request["WorkGroup"] for request in history.asked("ListQueryExecutions")]
    assert groups == ["builds", "others"]


def said(capsys) -> str:
    """What is on stderr: one line, nothing on stdout."""
    assert build_cost.main([]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("build_cost.py: error: ")
    return err


def test_a_build_that_is_not_in_the_history_is_said(history, capsys) -> None:
    wanted = "dbt build of 2026-11-28 06:00 UTC has no query in the history of workgroup primary"
    assert wanted in said(capsys)  # an empty history
    history.add(1, "select 1", "model.stedi.people", OTHER)
    assert wanted + ": name another with --work-group" in said(capsys)


def test_an_empty_folder_or_a_build_elsewhere_asks_nothing_of_aws(
    history, capsys, tmp_path
) -> None:
    target = tmp_path / "target"
    leave(target, engine="duckdb")
    text = said(capsys)
    assert "06:00 UTC ran on duckdb, where it costs nothing: run dbt build --target athena" in text
    for broken in ("{}", "[]", '{"metad'):
        (target / "run_results.json").write_text(broken)
        assert f"{target} holds no whole run of dbt: run dbt build" in said(capsys)
    (target / "run_results.json").unlink()
    assert f"there is no {target / 'run_results.json'}: run dbt build" in said(capsys)
    assert history.requests == []


def test_a_later_command_of_another_target_hides_no_build(history, capsys, tmp_path) -> None:
    leave(tmp_path / "target", engine="duckdb", manifest=OTHER)
    history.add(1, "select 1")
    assert "1 queries" in told(capsys)[0]


def test_what_athena_refuses_or_leaves_out_is_said(history, capsys) -> None:
    history.add(1, "select 1")
    history.missing = [{"QueryExecutionId": "0", "ErrorMessage": "too many requests"}]
    assert "Athena did not describe 1 queries (too many requests): run again" in said(capsys)
    history.refuse("ListQueryExecutions", "AccessDeniedException", "no")
    text = said(capsys)
    assert "the history of workgroup primary cannot be read: no" in text
    assert "ask for this permission" in text
