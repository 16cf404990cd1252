"""What infra/ promises: written down in its own tests, each of which can fail."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.infra.sabotages import SABOTAGES
from tests.infra.terraform import Terraform
from tests.support.lakehouse import PROJECT

MODULE = PROJECT / "infra"
CODE = "\n".join(path.read_text() for path in sorted(MODULE.glob("*.tf")))


def test_the_code_is_formatted(terraform: Terraform) -> None:
    terraform.run("fmt", "-check", "-recursive", "-diff")


def test_the_code_is_valid(terraform: Terraform) -> None:
    terraform.run("validate")


def test_the_promises_are_kept(terraform: Terraform) -> None:
    assert "0 failed" in terraform.run("test")


def test_every_broken_promise_is_told(terraform: Terraform, tmp_path: Path) -> None:
    sabotaged = Terraform(tmp_path)
    sabotaged.share(terraform)
    for file, old, new in SABOTAGES.values():
        path = sabotaged.module / file
        text = path.read_text()
        assert text.count(old) == 1, f"not once in {file}: {old}"
        path.write_text(text.replace(old, new))
    said = " ".join(sabotaged.run("test", code=1).split())
    assert [promise for promise in SABOTAGES if promise not in said] == []


def test_rights_are_given_in_the_places_that_the_promises_look_at() -> None:
    given = re.findall(r'^resource "(aws_iam\w+|aws_\w*polic\w*)" "(\w+)"', CODE, re.M)
    assert sorted(given) == [
        ("aws_iam_openid_connect_provider", "github"),
        ("aws_iam_role", "github"),
        ("aws_iam_role", "scheduler"),
        ("aws_iam_role", "this"),
        ("aws_iam_role_policy", "github"),
        ("aws_iam_role_policy", "key"),
        ("aws_iam_role_policy", "nightly"),
        ("aws_iam_role_policy", "scheduler"),
        ("aws_iam_role_policy", "this"),
        ("aws_s3_bucket_policy", "this"),
        ("aws_sns_topic_policy", "alarms"),
    ]
    assert not re.findall(r"^\s*(module|provisioner|data) ", CODE, re.M)


def test_every_database_of_dbt_is_known() -> None:
    """Else destroy would leave its tables in the catalog."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    schemas = {"landing", "secret"}
    for kind in ("models", "seeds", "data_tests"):
        schemas |= set(re.findall(r"'\+schema': '(\w+)'", str(project[kind])))
    listed = re.search(r"for_each = toset\(\[(.*?)\]\)", CODE, re.S)[1]
    assert set(re.findall(r'"(\w+)"', listed)) == schemas
