"""`make build TARGET=athena`, as a person runs it from empty buckets."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
import upload_landing

from tests.support.lakehouse import PEPPER, PROJECT

# Beside what the other tests have built.
PLACES = {
    "STEDI_LANDING": "s3://stedi-landing/front",
    "STEDI_SECRET": "s3://stedi-secret/front",
    "STEDI_ATHENA_DATA": "s3://stedi-lake/front/",
    "STEDI_ATHENA_RESULTS": "s3://stedi-results/front/",
    "STEDI_WORK_GROUP": "primary",
    "STEDI_SCHEMA": "front",
}
FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
NOBODY = {"AWS_ACCESS_KEY_ID": "", **dict.fromkeys(FILES, "{folder}/nobody.ini")}
EMPTY = (
    "STEDI_LANDING (s3://stedi-landing/front) has no file in customer/landing, ",
    "STEDI_SECRET (s3://stedi-secret/front) has no pepper: ",
)

Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt's target is to be: it is there as soon as dbt begins."""
    made = tmp_path_factory.mktemp("front_door")
    (made / "profiles.yml").write_text((PROJECT / "profiles.example.yml").read_text())
    (made / "nobody.ini").write_text("[default]\n")
    return made


@pytest.fixture(scope="module")
def make(local_athena, folder: Path) -> Make:
    """A function: variables that differ -> `make build TARGET=athena`, which has ended."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("STEDI_")}
    variables = known | local_athena.environment() | PLACES
    variables |= {"DBT_TARGET_PATH": f"{folder}/target", "DBT_LOG_PATH": f"{folder}/logs"}
    variables |= {"DBT_PROFILES_DIR": str(folder), "COLUMNS": "120"}

    def run(**others: str) -> subprocess.CompletedProcess[str]:
        command = ("make", "build", "TARGET=athena")
        how = {"cwd": PROJECT, "capture_output": True, "text": True}
        return subprocess.run(command, env=variables | others, **how)

    return run


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (NOBODY, ("credentials: Unable to locate credentials: set AWS_PROFILE ",)),
        (
            {"STEDI_WORK_GROUP": "nobody", "STEDI_ATHENA_DATA": "s3://stedi-nowhere/front/"},
            (
                "there is no workgroup nobody in us-east-1: ",
                "STEDI_ATHENA_DATA (s3://stedi-nowhere/front), s3:GetBucketLocation: The specified",
                *EMPTY,
            ),
        ),
    ],
    ids=("no credentials", "wrong names"),
)  # fmt: skip
def test_what_is_missing_is_said_and_dbt_does_not_begin(
    make: Make, folder: Path, variables: dict[str, str], said: tuple[str, ...]
) -> None:
    ended = make(**{name: value.format(folder=folder) for name, value in variables.items()})
    assert ended.returncode == 2
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == len(said)
    for line, beginning in zip(lines, said, strict=True):
        assert line.startswith(f"preflight.py: error: {beginning}")
    assert not (folder / "target").exists()


@pytest.mark.full
def test_a_build_ends_with_the_numbers_of_the_readme_and_its_cost(
    make: Make, generated_landing: Path, monkeypatch: pytest.MonkeyPatch, local_athena
) -> None:
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    assert upload_landing.main([str(generated_landing), PLACES["STEDI_LANDING"]]) == 0
    body = f"{PEPPER}\n".encode()
    boto3.client("s3").put_object(Bucket="stedi-secret", Key="front/pepper", Body=body)
    ended = make(STEDI_PUBLISHED_COUNTS="true")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert PEPPER not in ended.stdout + ended.stderr
    readme = (PROJECT / "README.md").read_text()
    rows = re.findall(r"^\| (\w+) \| (\w+) \| ([0-9,]+) \|", readme, re.M)
    assert len(rows) == 10
    for row in rows:
        assert re.search(rf"^{'  +'.join(row)}  ", ended.stdout, re.M), row
    lines = ended.stdout.splitlines()
    pairs = "43,681 = 32,025 right + 8,956 not_consented_at_capture +"
    assert any(line.startswith(f"pairs     published {pairs}") for line in lines)
    assert "database  front_* in Athena" in lines
    cost = r"cost +dbt build of [0-9-]+ [0-9:]+ UTC: [0-9]+ queries, [0-9.]+ MB scanned, about 0"
    assert re.search(cost, ended.stdout)
