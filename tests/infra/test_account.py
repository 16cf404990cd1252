"""What Terraform makes on a local AWS endpoint: the account of docs/athena.md, and builds in it."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import re
import subprocess
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from local_athena.aws_endpoint import AwsEndpoint
from local_athena.environment import local_environment, set_variables
from local_athena.lifecycle import LocalAthena

from tests.conformance.oracle import FEEDS
from tests.infra.account import account, leftovers
from tests.infra.code_build import CodeBuild, Night
from tests.infra.terraform import Terraform
from tests.parity.iam_policies import refused, unused
from tests.support.lakehouse import PEPPER, PROJECT
from tests.support.traces import occurrences, parts, people_of

GUIDE = PROJECT / "docs/athena.md"
BY_HAND = PROJECT / "docs/athena_by_hand.md"
ERASURE = PROJECT / "docs/runbooks/erasure.md"
# The functions and variables by hand that make an account, in their order.
MAKING = ("export ADMIN=", "tls_only() {", "make_work_group() {", "make_role() {", "only() {")

ACCOUNT, REGION = "123456789012", "us-east-1"  # the local endpoint's
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
VARIABLES = (
    f"-var=region={REGION}",
    f"-var=administrator_arn={ADMINISTRATOR}",
    '-var=alarm_emails=["oncall@example.com"]',
    "-var=github_repository=example/stedi",
    "-var=monthly_budget_usd=0",  # the local endpoint has no budgets
    "-var=delete_data_on_destroy=true",
)
Accounts = tuple[dict, dict]
APPLY = ("-auto-approve", "-parallelism=30", *VARIABLES)


def shell_block(page: Path, beginning: str) -> str:
    """The one block of shell on a page that has a line with this beginning."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.S)
    (block,) = (each for each in blocks if re.search(rf"^{re.escape(beginning)}", each, re.M))
    return block


def run_shell(*blocks: str, **variables: str) -> str:
    """Run blocks in one shell, in the project's folder; return what they print."""
    path = f"{PROJECT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        cwd=PROJECT,
        env=os.environ | {"PATH": path} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def make_by_hand(folder: Path) -> Accounts:
    """The account that the shell blocks make, on an endpoint here, and what removing leaves."""
    blocks = [shell_block(BY_HAND, beginning) for beginning in MAKING]
    assert "REGION=eu-west-1" in blocks[0]
    blocks[0] = blocks[0].replace("REGION=eu-west-1", f"REGION={REGION}")
    blocks.insert(1, f"export ADMIN_ARN={ADMINISTRATOR}")  # the endpoint knows no users
    endpoint = AwsEndpoint(trino_port=1, log_folder=folder).start()
    try:
        with set_variables(local_environment(endpoint.url, folder / "aws.ini")):
            run_shell(*blocks)
            made = account()
            boto3.client("glue").create_database(DatabaseInput={"Name": "stedi_trusted"})
            run_shell(*blocks[:2], shell_block(BY_HAND, "for d in "))
            return made, leftovers()
    finally:
        endpoint.stop()


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[Accounts]]:
    """What it will have made: in a process of its own, while Terraform waits for its account."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool.submit(make_by_hand, tmp_path_factory.mktemp("by_hand"))


@pytest.fixture(scope="module")
def local_account(by_hand: Future[Accounts]) -> Iterator[LocalAthena]:
    """An empty account, for Terraform."""
    with LocalAthena(work_folder=PROJECT / "logs/local_athena") as started:
        yield started


@pytest.fixture(scope="module")
def module(
    terraform: Terraform, local_account: LocalAthena, tmp_path_factory: pytest.TempPathFactory
) -> Terraform:
    """The module, for a person who has sourced the endpoint's variables."""
    here = Terraform(tmp_path_factory.mktemp("applied"), local_account.environment())
    here.share(terraform)
    return here


@pytest.fixture(scope="module")
def applying(module: Terraform) -> Iterator[Future[str]]:
    """What Terraform will have said: when all is there, it still waits a minute for S3's rules."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(module.run, "apply", *APPLY)


@pytest.fixture(scope="module")
def applied(module: Terraform, applying: Future[str]) -> Terraform:
    """The module, applied."""
    applying.result()
    return module


# What a build takes that does not wait for S3: how many of each kind.
NEEDED = {"projects": 1, "topics": 1, "workgroups": 3, "databases": 10}


@pytest.fixture(scope="module")
def code_build(
    applying: Future[str], local_account: LocalAthena, tmp_path_factory: pytest.TempPathFactory
) -> CodeBuild:
    """The nightly build of this commit, as soon as the account has all that it takes."""
    while not applying.done() and not all(
        len(leftovers().get(kind, [])) == number for kind, number in NEEDED.items()
    ):
        time.sleep(1)
    if applying.done():
        applying.result()  # raises if it has failed
    return CodeBuild(tmp_path_factory.mktemp("code"), "stedi-nightly", local_account)


def in_bucket(address: str) -> tuple[Any, str]:
    """The bucket of an address, and the prefix in it."""
    name, _, prefix = address.removeprefix("s3://").partition("/")
    return boto3.resource("s3").Bucket(name), prefix


def land(code_build: CodeBuild, root: Path, day: date) -> None:
    """Put the files of a landing root, all of one day, in the place of what was there."""
    bucket, prefix = in_bucket(code_build.variables["STEDI_LANDING"])
    bucket.objects.all().delete()
    for path in sorted(root.glob("*/landing/*")):
        if path.is_file():
            key = f"{prefix}/{path.parent.relative_to(root)}/ingest_date={day}/{path.name}"
            bucket.upload_file(str(path), key)


def put_pepper(code_build: CodeBuild) -> None:
    bucket, prefix = in_bucket(code_build.variables["STEDI_SECRET"])
    bucket.put_object(Key=f"{prefix}/pepper", Body=f"{PEPPER}\n".encode())


TODAY = datetime.now(UTC).date()
END = "What to do: docs/runbooks/build_failed.md\nLog: https://console.aws.amazon.com/build/"
OLD_ROWS = "hold the rows of an earlier build, maybe of people who have since withdrawn."


def mail(night: Night) -> tuple[str, str]:
    """Subject and text of the one mail of a night that failed, without the end of all mails."""
    assert not night.succeeded, night.said
    ((subject, text),) = night.mails
    text, end, number = text.partition(f"\n\n{END}")
    assert end and number.isdigit()
    return subject, text


def test_a_night_without_a_pepper(code_build: CodeBuild, generate) -> None:
    land(code_build, generate("--customers", "1"), TODAY)
    assert mail(code_build.run()) == (
        "STEDI: the build could not begin",
        f"STEDI_SECRET (s3://stedi-secret-{ACCOUNT}/stedi) has no pepper: `make deploy` makes one, "
        "see docs/runbooks/pepper.md\n\n"
        f"No table was made. All {OLD_ROWS}",
    )


@pytest.mark.full
def test_a_night_of_dirty_and_old_data(code_build: CodeBuild, generate) -> None:
    landing = generate("--customers", "100", "--dirt")
    land(code_build, landing, date(2026, 1, 2))
    put_pepper(code_build)
    night = code_build.run()
    assert mail(night) == (
        "STEDI: the build failed: 3 old feeds, 1 test",
        "feed too old: accelerometer_landing\n"
        "feed too old: customer_landing\n"
        "feed too old: step_trainer_landing\n"
        "test failed: rejected_records_are_few, 6 rows\n\n"
        "All 25 tables were made.",
    )
    assert night.artifacts.keys() == {"manifest.json", "run_results.json", "sources.json"}
    assert "FAIL  rejected_records_are_few" in night.said and "select" in night.dbt_log
    left = {"log": night.said.encode(), "dbt.log": night.dbt_log.encode(), **night.artifacts}
    people = people_of(landing)
    assert all(len(values) > 50 for values in people.values())
    values = set().union(*people.values(), parts(PEPPER))
    found = {place: occurrences(values, text) for place, text in left.items()}
    assert not any(found.values()), found


def test_a_night_with_a_table_of_somebody_else(code_build: CodeBuild) -> None:
    put_pepper(code_build)
    place = f"{code_build.variables['STEDI_LANDING']}/customer/landing/"
    glue, where = boto3.client("glue"), {"DatabaseName": "stedi_trusted"}
    theirs = {"TableType": "EXTERNAL_TABLE", "StorageDescriptor": {"Location": place}}
    glue.create_table(**where, TableInput={"Name": "theirs", **theirs})
    night = code_build.run()
    glue.delete_table(**where, Name="theirs")
    assert mail(night) == (
        "STEDI: the build could not begin",
        "Nothing was built, because dbt deletes all files at the location of a table that it "
        "replaces:\n"
        f"    stedi_trusted.theirs: {place} overlaps landing (STEDI_LANDING)\n"
        "  If a setting is wrong, correct it. If a table is, take it out of the catalog, which "
        "deletes no file: aws glue delete-table --database-name DATABASE --name TABLE. (DROP TABLE "
        "deletes the files of an Iceberg table.) Do not give the build more permissions instead."
        "\n\n"
        f"No table was made. All {OLD_ROWS}",
    )


@pytest.fixture(scope="module")
def sent(code_build: CodeBuild, applied: Terraform) -> str:
    """What the guide's second and third command say: nothing but the outputs tells them where."""
    for place in ("STEDI_LANDING", "STEDI_SECRET"):  # what other nights had there
        in_bucket(code_build.variables[place])[0].objects.all().delete()
    landing = code_build.folder / "generated"
    _, deploy, upload = shell_block(GUIDE, "terraform -chdir=infra init").splitlines()
    deploy = deploy.replace("make deploy", f"make deploy INFRA={applied.module}")
    upload = upload.replace("infra/.env", f"{applied.module}/.env")
    upload = upload.replace("data/landing", str(landing))
    with set_variables(applied.environment):
        run_shell(f".venv/bin/python scripts/generate_landing.py --out {landing}")
        return run_shell(deploy, upload)


@pytest.fixture(scope="module")
def sunday(code_build: CodeBuild, sent: str, applied: Terraform) -> Night:
    """A build with the weekly work, of what a person sent."""
    with set_variables(applied.environment):
        target = boto3.client("scheduler").get_schedule(Name="weekly", GroupName="stedi")["Target"]
        (override,) = json.loads(target["Input"])["EnvironmentVariablesOverride"]
        overrides = {override["Name"]: override["Value"], "STEDI_PUBLISHED_COUNTS": "true"}
        return code_build.run(**overrides)


def test_deploy_sends_pepper_and_code(sent: str) -> None:
    assert f"Made s3://stedi-secret-{ACCOUNT}/stedi/pepper" in sent
    s3 = boto3.client("s3")
    code = s3.get_object(Bucket=f"stedi-code-{ACCOUNT}", Key="stedi.zip")["Body"].read()
    assert "infra/buildspec.yml" in zipfile.ZipFile(io.BytesIO(code)).namelist()


def test_a_sunday_does_all_that_it_should(sunday: Night, applied: Terraform) -> None:
    assert sunday.succeeded, sunday.said
    assert sunday.mails == []
    for said in (
        "ERROR=0",
        "dbt build of ",  # what it cost
        "stg_customer: optimized and vacuumed",
    ):
        assert said in sunday.said
    ran = {
        name: {each["unique_id"].split(".")[2] for each in json.loads(body)["results"]}
        for name, body in sunday.artifacts.items()
        if name.endswith("run_results.json")
    }
    weekly = {f"stg_{feed}_has_one_row_per_landing_line" for feed in FEEDS}
    assert weekly <= ran["weekly/run_results.json"]
    assert "reading_pairs" in ran["run_results.json"] and not weekly & ran["run_results.json"]
    assert len(json.loads(sunday.artifacts["sources.json"])["results"]) == len(FEEDS)
    assert b"reading_pairs" in sunday.artifacts["docs/static_index.html"]
    assert "manifest.json" in sunday.artifacts
    variables = dict(
        line.split("=", 1) for line in (applied.module / ".env").read_text().splitlines()
    )
    query = '"select count(*) from stedi_research.reading_pairs"'
    stray = "stedi/stedi_trusted/customer_trusted/stray"
    with set_variables(applied.environment):
        counted = run_shell(f".venv/bin/python scripts/query.py {query}", **variables)
        lake, _ = in_bucket(f"s3://stedi-lake-{ACCOUNT}")
        lake.put_object(Key=f"{stray}/data/x.parquet", Body=b"x")
        assert run_shell(shell_block(ERASURE, "leftovers() ("), **variables) == f"{stray}\n"
    assert "32025" in counted


# What CodeBuild itself asks for before and beside the commands; AWS's page on service roles has it.
OF_CODE_BUILD = {"WriteItsLog", "FetchItsCode", "KnowWhoseBucketItIs"}


def test_the_role_of_the_build_allows_what_nights_ask_for_and_no_more(
    sunday: Night, code_build: CodeBuild, applied: Terraform
) -> None:
    """Of all nights above: only those that fail publish, only a Sunday maintains."""
    iam = boto3.client("iam")
    rules = [
        rule
        for name in ("stedi", "nightly")
        for rule in iam.get_role_policy(RoleName="stedi-build", PolicyName=name)["PolicyDocument"][
            "Statement"
        ]
    ]
    needs = set().union(*(night.needs for night in code_build.nights))
    assert {need.action.partition(":")[0] for need in needs} == {"athena", "glue", "s3", "sns"}
    assert refused(rules, needs) == []
    assert unused([each for each in rules if each["Sid"] not in OF_CODE_BUILD], needs) == []


def test_two_roads_lead_to_one_account(by_hand: Future[Accounts], applied: Terraform) -> None:
    made = account()
    for kind in ("code", "artifacts"):
        del made["buckets"][f"stedi-{kind}-{ACCOUNT}"]
    for role in ("scheduler", "github"):
        del made["roles"][f"stedi-{role}"]
    build = made["roles"]["stedi-build"]
    assert len(build["policies"].pop("nightly")) == 5
    by_code_build = [each for each in build["trust"] if "codebuild.amazonaws.com" in each]
    assert len(by_code_build) == 1
    build["trust"].remove(*by_code_build)
    by_shell, left = by_hand.result()
    assert made == by_shell and left == {}
    assert {kind: len(found) for kind, found in made.items()} == {
        "buckets": 4,
        "workgroups": 3,
        "roles": 3,
    }


def test_a_second_plan_finds_nothing_to_do(applied: Terraform) -> None:
    applied.run("plan", "-detailed-exitcode", *VARIABLES)


def test_destroy_leaves_nothing(applied: Terraform) -> None:
    assert leftovers()["databases"] != []
    applied.run("destroy", *APPLY)
    assert leftovers() == {}
