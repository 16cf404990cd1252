"""scripts/notify_failure.py: what the person on call reads, word for word."""

from __future__ import annotations

import json
from pathlib import Path

import notify_failure
import pytest

from tests.scripts.aws import Fake, lead_to

TOPIC = "arn:aws:sns:us-east-1:111122223333:stedi-alarms"
ROW = "Cannot cast 'Ada Lovelace' to bigint"


class Topic(Fake):
    def answer(self, operation: str, request: dict) -> dict:
        return {"MessageId": "1"}


@pytest.fixture
def topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic, and the target folder of a build in CodeBuild."""
    fake = Topic()
    names = {"STEDI_TOPIC": TOPIC, "DBT_TARGET_PATH": str(tmp_path), "CODEBUILD_BUILD_ID": "n:1"}
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


def test_what_failed_is_named_and_counted(topic: Topic, tmp_path: Path) -> None:
    left(tmp_path, "sources", ("source.stedi.landing.customer_landing", "error", None))
    left(
        tmp_path,
        "run_results",
        ("model.stedi.stg_customer", "success", None),
        ("test.stedi.rejected_share_is_low.0123456789", "fail", 1234),
        ("test.stedi.odd_emails.0123456789", "warn", 3),
        ("model.stedi.customer_trusted", "error", None),
        ("model.stedi.customers_curated", "skipped", None),
        ("test.stedi.curated_is_there.0123456789", "skipped", None),
    )
    assert notify_failure.main([]) == 0
    assert sent(topic) == (
        "STEDI: the build failed, 3 tests or tables",
        "too old  landing.customer_landing\n"
        "test     rejected_share_is_low: 1,234 rows\n"
        "error    customer_trusted\n"
        "2 others were skipped because of them.\n"
        "\n"
        "Log: CloudWatch, build n:1\n"
        "What to do: docs/runbooks/build_failed.md",
    )


def test_of_very_many_the_first_are_named(topic: Topic, tmp_path: Path) -> None:
    failed = [(f"model.stedi.t{number}", "error", None) for number in range(40)]
    left(tmp_path, "run_results", *failed)
    assert notify_failure.main([]) == 0
    subject, text = sent(topic)
    assert "40 tests" in subject
    assert text.splitlines()[29:31] == ["error    t29", "and 10 more"]


def test_a_build_that_did_not_begin_says_why(topic: Topic, tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text("run_dbt.py: error: No pepper for the research zone.\n")
    left(tmp_path, "sources", ("source.stedi.landing.customer_landing", "error", None))
    assert notify_failure.main(["--said", str(said)]) == 0
    subject, text = sent(topic)
    assert subject == "STEDI: the build failed before its first table"
    assert text.startswith(
        "too old  landing.customer_landing\n"
        "run_dbt.py: error: No pepper for the research zone.\n\nLog: "
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
