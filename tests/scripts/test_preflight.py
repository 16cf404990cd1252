"""scripts/preflight.py: what it says of settings, and of an account in memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import preflight
import pytest
from moto import mock_aws
from stedi.command import PROJECT

from tests.scripts.aws import S3, lead_to

PLACES = {
    "STEDI_ATHENA_RESULTS": "s3://results/athena/",
    "STEDI_ATHENA_DATA": "s3://lake-bucket/stedi/",
    "STEDI_LANDING": "s3://landing/stedi",
    "STEDI_SECRET": "s3://secret/stedi",
}
PEPPER = "0123456789abcdef" * 4


class Account(S3):
    """An account that lacks nothing, but for what `answers` and `before` say."""

    bucket, prefix = "landing", "stedi"

    def __init__(self) -> None:
        super().__init__()
        for bucket in ("results", "lake-bucket", "secret"):
            self.client.create_bucket(Bucket=bucket)
        self.client.put_object(Bucket="secret", Key="stedi/pepper", Body=f"{PEPPER}\n".encode())
        self.put("customer/landing/a.json")
        self.group: dict = {}

    def answer(self, operation: str, request: dict) -> dict | None:
        if operation != "GetWorkGroup":
            return None
        configuration = {
            "EnforceWorkGroupConfiguration": False,
            "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"},
        }
        group = {"Name": "primary", "State": "ENABLED", "Configuration": configuration}
        return {"WorkGroup": group | self.group}


Run = Callable[[], tuple[int, list[str]]]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    with mock_aws():
        variables = {"AWS_DEFAULT_REGION": "us-east-1", "DBT_PROFILES_DIR": str(tmp_path)} | PLACES
        lead_to(None, "", monkeypatch, tmp_path, **variables)
        fake = Account()
        lead_to(fake, "", monkeypatch, tmp_path, **variables)
        shutil.copy(PROJECT / "profiles.example.yml", tmp_path / "profiles.yml")
        yield fake


@pytest.fixture
def run(account: Account, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function: the exit code, what is said on stderr without the name of the script."""

    def check() -> tuple[int, list[str]]:
        code = preflight.main([])
        out, err = capsys.readouterr()
        assert bool(out) == (code == 0)
        assert PEPPER not in out + err
        return code, [line.removeprefix("preflight.py: error: ") for line in err.splitlines()]

    return check


def test_an_account_that_lacks_nothing_is_only_looked_at(account: Account, capsys) -> None:
    assert preflight.main([]) == 0
    who = "arn:aws:sts::123456789012:user/moto"
    said = capsys.readouterr()
    assert said.out == f"Athena in us-east-1, workgroup primary, schemas stedi_*, as {who}\n"
    asked = {operation for operation, _ in account.requests}
    assert asked == {
        *("GetCallerIdentity", "GetWorkGroup", "GetBucketLocation", "ListObjectsV2"),
        *("HeadObject", "GetDatabase"),
    }


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        (
            "AWS_REGION",
            "",
            "AWS_REGION is not set: it takes the region of the buckets; "
            "`set -a && . infra/.env && set +a` sets it (docs/athena.md)",
        ),
        (
            "STEDI_ATHENA_RESULTS",
            "",
            "STEDI_ATHENA_RESULTS is not set: it takes s3://bucket/prefix/ for the results of "
            "queries; `set -a && . infra/.env && set +a` sets it (docs/athena.md)",
        ),
        (
            "STEDI_LANDING",
            "data/landing",
            "STEDI_LANDING must be s3://bucket/prefix, not 'data/landing'",
        ),
        (
            "STEDI_SECRET",
            PEPPER,
            "STEDI_SECRET must be s3://bucket/prefix (its value is not shown, lest it be the "
            "secret)",
        ),
        (
            "STEDI_ATHENA_DATA",
            "s3://lake-bucket-2/stedi/",
            "STEDI_ATHENA_DATA (s3://lake-bucket-2/stedi), s3:GetBucketLocation: The specified "
            "bucket does not exist (NoSuchBucket): correct the bucket's name, or make it",
        ),
        (
            "STEDI_LANDING",
            "s3://landing/elsewhere",
            "STEDI_LANDING (s3://landing/elsewhere) has no file in customer/landing, "
            "accelerometer/landing, step_trainer/landing: name the prefix above them, or upload "
            "some, as the administrator: .venv/bin/python scripts/upload_landing.py FOLDER "
            "s3://landing/elsewhere --ingest-date YYYY-MM-DD",
        ),
        (
            "STEDI_SECRET",
            "s3://secret/elsewhere",
            "STEDI_SECRET (s3://secret/elsewhere) has no pepper: `make deploy` makes one, see "
            "docs/runbooks/pepper.md",
        ),
        (
            "AWS_PROFILE",
            "nobody",
            "AWS settings: The config profile (nobody) could not be found: "
            "`aws configure list-profiles` names them: correct --profile or AWS_PROFILE",
        ),
        (
            "AWS_ACCESS_KEY_ID",
            "",
            "credentials: Unable to locate credentials: set AWS_PROFILE or pass --profile, or set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert run() == (2, [line])


def test_all_that_is_wrong_is_said_at_once(
    run: Run, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*PLACES, "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    code, lines = run()
    assert code == 2
    assert [line.partition(" ")[0] for line in lines] == ["AWS_REGION", *PLACES, "credentials:"]
    assert account.requests == []
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    for name in PLACES:
        monkeypatch.setenv(name, "s3://missing/stedi")
    account.group = {"State": "DISABLED"}
    code, lines = run()
    assert [line.split()[0] for line in lines] == ["workgroup", *PLACES]
    assert account.asked("ListObjectsV2") == account.asked("HeadObject") == []


UPDATE = "aws athena update-work-group --work-group primary"


@pytest.mark.parametrize(
    ("group", "line"),
    [
        ({"State": "DISABLED"}, f"is disabled: {UPDATE} --state ENABLED"),
        (
            {"EnforceWorkGroupConfiguration": True},
            "enforces a place for results, where Hive tables would go, too: "
            f"{UPDATE} --configuration-updates EnforceWorkGroupConfiguration=false",
        ),
        (
            {"ManagedQueryResultsConfiguration": {"Enabled": True}},
            "manages results itself, but dbt names a place for them: set STEDI_WORK_GROUP to one "
            "that does not",
        ),
        *(
            (
                {"EngineVersion": {"EffectiveEngineVersion": engine}},
                f"has {engine}: set STEDI_WORK_GROUP to one with Athena engine version 3",
            )
            for engine in ("Athena engine version 2", "PySpark engine version 3")
        ),
    ],
)
def test_a_workgroup_that_dbt_cannot_use_is_refused(
    run: Run, account: Account, group: dict, line: str
) -> None:
    whole = account.answer("GetWorkGroup", {})["WorkGroup"]
    account.group = group if "State" in group else {"Configuration": whole["Configuration"] | group}
    assert run() == (2, [f"workgroup primary {line}"])


@pytest.mark.parametrize(
    ("operation", "code", "message", "exit_code", "line"),
    [
        (
            "GetWorkGroup",
            "InvalidRequestException",
            "WorkGroup is not found",
            2,
            "there is no workgroup primary in us-east-1: correct STEDI_WORK_GROUP or AWS_REGION",
        ),
        (
            "GetWorkGroup",
            "AccessDeniedException",
            "not authorized",
            1,
            "workgroup primary (athena:GetWorkGroup): not authorized (AccessDeniedException): "
            "ask for this permission, or use another profile",
        ),
        (
            "GetCallerIdentity",
            "ExpiredToken",
            "the token is expired",
            1,
            "credentials: the token is expired (ExpiredToken): renew the credentials, e.g. with "
            "`aws sso login`",
        ),
        (
            "HeadObject",
            "403",
            "Forbidden",
            1,
            "STEDI_SECRET (s3://secret/stedi), s3:GetObject of the pepper: Forbidden (403): ask "
            "for this permission, or use another profile",
        ),
        (
            "GetDatabase",
            "AccessDeniedException",
            "Insufficient Lake Formation permission(s)",
            1,
            "database stedi_landing (glue:GetDatabase): Insufficient Lake Formation permission(s) "
            "(AccessDeniedException): ask for this permission, or use another profile",
        ),
    ],
)
def test_what_aws_refuses_is_named(
    run: Run, account: Account, operation, code, message, exit_code: int, line: str
) -> None:
    account.refuse(operation, code, message)
    assert run() == (exit_code, [line])


def test_every_listing_that_aws_refuses_is_named(
    run: Run, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.refuse("ListObjectsV2", "AccessDenied", "Access Denied")
    code, lines = run()
    assert code == 1
    refused = "Access Denied (AccessDenied): ask for this permission, or use another profile"
    assert lines == [
        f"STEDI_ATHENA_RESULTS (s3://results/athena), s3:ListBucket of athena/*: {refused}",
        f"STEDI_ATHENA_DATA (s3://lake-bucket/stedi), s3:ListBucket of stedi/stedi_*: {refused}",
        f"s3://landing/stedi cannot be listed (s3:ListBucket): {refused}",
    ]
    prefixes = [request["query_string"]["prefix"] for request in account.asked("ListObjectsV2")]
    assert prefixes == ["athena/", "stedi/stedi_", "stedi/customer/landing/"]
    monkeypatch.setenv("STEDI_SECRET", "")
    assert run()[0] == 2  # a setting goes before a refusal


def test_a_bucket_of_another_region_is_named(run: Run, account: Account, monkeypatch) -> None:
    elsewhere = {"LocationConstraint": "eu-west-1"}
    account.client.create_bucket(Bucket="elsewhere", CreateBucketConfiguration=elsewhere)
    monkeypatch.setenv("STEDI_SECRET", "s3://elsewhere/stedi")
    line = (
        "STEDI_SECRET (s3://elsewhere/stedi) is in eu-west-1, but AWS_REGION is us-east-1: buckets "
        "and Athena must be in one region"
    )
    assert run() == (2, [line])


def test_landing_needs_one_feed_and_the_pepper_some_length(run: Run, account: Account) -> None:
    account.client.delete_object(Bucket="landing", Key="stedi/customer/landing/a.json")
    for skipped in ("", "_SUCCESS", ".hidden"):
        account.put(f"step_trainer/landing/{skipped}")
    account.client.put_object(Bucket="secret", Key="stedi/pepper", Body=b"short\n")
    code, (landing, pepper) = run()
    assert code == 2 and landing.startswith("STEDI_LANDING (s3://landing/stedi) has no file in ")
    assert pepper.startswith("STEDI_SECRET (s3://secret/stedi) has a pepper of 6 bytes, which is ")
    account.put("step_trainer/landing/a.json.gz")
    assert run() == (2, [pepper])


def test_a_profile_that_says_something_else_is_named(
    run: Run, account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "profiles.yml"
    whole = file.read_text()
    alike = "make them alike, as scripts read the one and dbt the other"
    file.write_text(whole.replace("work_group:", "aws_profile_name: ana\n      work_group:"))
    assert run() == (
        2,
        [f"AWS_PROFILE is not set, but aws_profile_name in profiles.yml is ana: {alike}"],
    )
    file.write_text(whole.replace("'primary'", "'other'"))
    line = f"STEDI_WORK_GROUP is primary, but work_group in profiles.yml is other: {alike}"
    assert run() == (2, [line])
    monkeypatch.setenv("STEDI_WORK_GROUP", "mine")
    assert run() == (0, [])
    for broken in ("stedi: [", "stedi: 1", whole.replace("{{", "{{ 1 | unknown")):
        file.write_text(broken)
        assert run() == (0, [])
