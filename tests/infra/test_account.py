"""What Terraform makes on a local AWS endpoint: the account of docs/athena.md; dbt builds in it."""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import boto3
import pytest
from local_athena.aws_endpoint import AwsEndpoint
from local_athena.environment import local_environment, set_variables
from local_athena.lifecycle import LocalAthena

from tests.infra.account import account, leftovers
from tests.infra.terraform import Terraform
from tests.support.lakehouse import PROJECT

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
def applied(
    terraform: Terraform, local_account: LocalAthena, tmp_path_factory: pytest.TempPathFactory
) -> Terraform:
    """The module, applied there as a person would, who has sourced the endpoint's variables."""
    here = Terraform(tmp_path_factory.mktemp("applied"), local_account.environment())
    here.share(terraform)
    here.run("apply", *APPLY)
    return here


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


def test_dbt_builds_with_what_terraform_says(
    applied: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The guide's second and third command, then a build: nothing but the outputs says where."""
    folder = tmp_path_factory.mktemp("build")
    _, deploy, upload = shell_block(GUIDE, "terraform -chdir=infra init").splitlines()
    deploy = deploy.replace("make deploy", f"make deploy INFRA={applied.module}")
    upload = upload.replace("infra/.env", f"{applied.module}/.env")
    upload = upload.replace("data/landing", f"{folder}/landing")
    with set_variables(applied.environment):
        run_shell(f".venv/bin/python scripts/generate_landing.py --out {folder}/landing")
        said = run_shell(deploy, upload)
        assert f"Made s3://stedi-secret-{ACCOUNT}/stedi/pepper" in said
        s3 = boto3.client("s3")
        code = s3.get_object(Bucket=f"stedi-code-{ACCOUNT}", Key="stedi.zip")["Body"].read()
        assert "infra/buildspec.yml" in zipfile.ZipFile(io.BytesIO(code)).namelist()
        places = (applied.module / ".env").read_text()
        variables = dict(line.split("=", 1) for line in places.splitlines()) | {
            "STEDI_PUBLISHED_COUNTS": "true",
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_PROFILES_DIR": str(folder),
        }
        shutil.copy(PROJECT / "profiles.example.yml", folder / "profiles.yml")
        said = run_shell(".venv/bin/dbt build --target athena --threads 8", **variables)
        assert "ERROR=0" in said
        query = '"select count(*) from stedi_research.reading_pairs"'
        counted = run_shell(f".venv/bin/python scripts/query.py {query}", **variables)
        assert "32025" in counted
        stray = "stedi/stedi_trusted/customer_trusted/stray"
        s3.put_object(Bucket=f"stedi-lake-{ACCOUNT}", Key=f"{stray}/data/x.parquet", Body=b"x")
        assert run_shell(shell_block(ERASURE, "leftovers() ("), **variables) == f"{stray}\n"


def test_destroy_leaves_nothing(applied: Terraform) -> None:
    assert leftovers()["databases"] != []
    applied.run("destroy", *APPLY)
    assert leftovers() == {}
