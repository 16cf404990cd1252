"""scripts/notify_failure.py: what the person on call reads, word for word."""

from __future__ import annotations

import json
from pathlib import Path

import notify_failure
import pytest

from tests.scripts.aws import Fake, lead_to

TOPIC = "arn:aws:sns:us-east-1:111122223333:stedi-alarms"
BUILD = "https://eu-west-1.console.aws.amazon.com/codesuite/build/n:1"
ROW = (
    "Runtime Error in model a (models/a.sql)\n  Runtime Error\n"
    "    INVALID_CAST_ARGUMENT: Cannot cast 'Ada Lovelace\nADA_LOVELACE: her' to bigint"
)


class Topic(Fake):
    def answer(self, operation: str, request: dict) -> dict:
        return {"MessageId": "1"}


@pytest.fixture
def topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic, and the target folder of a build in CodeBuild."""
    fake = Topic()
    names = {"STEDI_TOPIC": TOPIC, "DBT_TARGET_PATH": str(tmp_path), "CODEBUILD_BUILD_URL": BUILD}
    lead_to(fake, "sns", monkeypatch, tmp_path, **names)
    return fake


def left(folder: Path, name: str, *results: tuple[str, str, int | None]) -> None:
    """Have dbt leave results: unique id, status, failures."""
    keys = ("unique_id", "status", "failures")
    listed = [dict(zip(keys, each, strict=True)) | {"message": ROW} for each in results]
    (folder / f"{name}.json").write_text(json.dumps({"results": listed}))


def sent(topic: Topic) -> tuple[str, str]:
    (request,) = topic.asked("Publish")
    body = request["body"]
    assert body["TopicArn"] == TOPIC
    return body["Subject"], body["Message"]


OLD_ROWS = "hold the rows of an earlier build, maybe of people who have since withdrawn."
END = f"\n\nWhat to do: docs/runbooks/build_failed.md\nLog: {BUILD}"


def test_what_failed_is_named_and_counted(topic: Topic, tmp_path: Path) -> None:
    left(
        tmp_path,
        "sources",
        ("source.stedi.landing.customer_landing", "error", None),
        ("source.stedi.landing.step_trainer_landing", "runtime error", None),
    )
    left(
        tmp_path,
        "run_results",
        ("model.stedi.stg_customer", "success", None),
        ("test.stedi.rejected_share_is_low.0123456789", "fail", 1234),
        ("test.stedi.odd_emails.0123456789", "warn", 3),
        ("model.stedi.customer_trusted", "error", None),
        ("model.stedi.customers_curated", "skipped", None),
        ("test.stedi.curated_is_there.0123456789", "skipped", None),
        ("operation.stedi.stedi-on-run-end-0", "error", None),
    )
    assert notify_failure.main([]) == 0
    assert sent(topic) == (
        "STEDI: the build failed: 2 old feeds, 1 test, 1 table, 1 step",
        "feed too old: customer_landing\n"
        "feed not looked at: step_trainer_landing\n"
        "test failed: rejected_share_is_low, 1,234 rows\n"
        "table failed: customer_trusted (INVALID_CAST_ARGUMENT)\n"
        "step failed: stedi-on-run-end-0 (INVALID_CAST_ARGUMENT)\n\n"
        f"Of 3 tables 1 were made. The others {OLD_ROWS}{END}",
    )


def test_of_very_many_the_first_are_named(topic: Topic, tmp_path: Path) -> None:
    failed = [(f"model.stedi.t{number}", "error", None) for number in range(40)]
    left(tmp_path, "run_results", *failed)
    assert notify_failure.main([]) == 0
    subject, text = sent(topic)
    assert subject == "STEDI: the build failed: 40 tables"
    assert text.splitlines()[29:32] == [
        "table failed: t29 (INVALID_CAST_ARGUMENT)", "and 10 more", "",
    ]  # fmt: skip


WARNING = "/lib/agate.py:92: RuntimeWarning: no such column\n  warnings.warn(said)\n"
PEPPER = "No pepper for the research zone: put one there.\n  See docs/runbooks/pepper.md."
IN_OPERATION = "Compilation Error in operation stedi-on-run-start-2 (./dbt_project.yml)\n  "


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (f"{WARNING}run_dbt.py: error: {IN_OPERATION}{PEPPER}\n", PEPPER),
        (f"run_dbt.py: error: {PEPPER}\n{WARNING}" * 2, PEPPER),  # of freshness, and of the build
        ("preflight.py: error: a\nrun_dbt.py: error: b\n", "a\n\nb"),
        ("run_dbt.py: error: " + "a " * 3000, "a " * 1000),  # its beginning: the cause
        ("Traceback:\n  File x\nMemoryError\n", "MemoryError"),
        ("run_dbt.py: error: \x1b[31mred", "\\x1b[31mred"),
        ("", "What it said is in its log only."),
    ],
)
def test_a_build_that_could_not_begin_says_why(
    topic: Topic, tmp_path: Path, said: str, cause: str
) -> None:
    (tmp_path / "said").write_text(said)
    assert notify_failure.main(["--said", str(tmp_path / "said")]) == 0
    assert sent(topic) == (
        "STEDI: the build could not begin",
        f"{cause}\n\nNo table was made. All {OLD_ROWS}{END}",
    )


def test_what_comes_after_a_good_build_is_told_too(topic: Topic, tmp_path: Path) -> None:
    weekly, docs = tmp_path / "weekly", tmp_path / "docs"
    weekly.mkdir()
    left(tmp_path, "run_results", ("model.stedi.stg_customer", "success", None))
    left(weekly, "run_results", ("test.stedi.late_files.0123456789", "fail", 1))
    folders = [str(folder) for folder in (tmp_path, weekly, docs)]
    assert notify_failure.main(folders) == 0
    assert sent(topic) == (
        "STEDI: the build failed: 1 test",
        f"test failed: late_files, 1 rows\n\nAll 1 tables were made.{END}",
    )
    topic.requests.clear()
    (tmp_path / "said").write_text("run_dbt.py: error: docs cannot be made\n")
    assert notify_failure.main([str(tmp_path), "--said", str(tmp_path / "said")]) == 0
    assert sent(topic) == (
        "STEDI: the build failed: a step after its tables",
        f"docs cannot be made\n\nAll 1 tables were made.{END}",
    )


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_whatever_dbt_left_the_notice_is_sent(
    topic: Topic, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "run_results.json").write_text(content)
    assert notify_failure.main(["--said", str(tmp_path / "missing")]) == 0
    assert sent(topic)[1].startswith("What it said is in its log only.\n")


def test_a_refusal_is_told(topic: Topic, capsys: pytest.CaptureFixture) -> None:
    topic.refuse("Publish", "AuthorizationError", "not authorized to perform: SNS:Publish")
    assert notify_failure.main([]) == 1
    assert f"the notice was not sent to {TOPIC}: not authorized" in capsys.readouterr().err


def test_without_a_topic_nothing_is_sent(
    topic: Topic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.delenv("STEDI_TOPIC")
    assert notify_failure.main([]) == 2
    assert "set STEDI_TOPIC" in capsys.readouterr().err
    assert topic.requests == []
