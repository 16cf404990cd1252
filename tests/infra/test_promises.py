"""What infra/ promises: written down in its own tests, each of which can fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml

from tests.infra.sabotages import SABOTAGES, Sabotage
from tests.infra.terraform import Terraform
from tests.support.lakehouse import PROJECT

MODULE = PROJECT / "infra"
TESTS = sorted(MODULE.glob("tests/*.tftest.hcl"))
CODE = "\n".join(path.read_text() for path in sorted(MODULE.glob("*.tf")))


def rounds() -> Iterator[list[Sabotage]]:
    """The sabotages in groups whose places and promises do not meet: a run of Terraform each.

    After something that should have been refused and was not, Terraform skips a file's other runs.
    """
    left = SABOTAGES
    while left:
        chosen: list[Sabotage] = []
        for each in left:
            if not any(each.says == other.says or meet(each, other) for other in chosen):
                chosen.append(each)
        left = [each for each in left if each not in chosen]
        yield chosen


def meet(one: Sabotage, other: Sabotage) -> bool:
    if one.says.startswith("run ") and other.says.startswith("run "):
        return True
    return one.file == other.file and (one.old in other.old or other.old in one.old)


def file_of(sabotage: Sabotage) -> str:
    """The file of infra/tests that catches it, as Terraform names it."""
    promise = sabotage.says.removesuffix("... fail")
    (path,) = (path for path in TESTS if promise in path.read_text())
    return f"tests/{path.name}"


def test_the_code_is_formatted(terraform: Terraform) -> None:
    terraform.run("fmt", "-check", "-recursive", "-diff")


def test_the_code_is_valid(terraform: Terraform) -> None:
    terraform.run("validate")


def test_the_promises_are_kept(terraform: Terraform) -> None:
    assert "0 failed" in terraform.run("test")


@pytest.fixture(scope="module")
def said(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `terraform test` says of the sabotaged module, by the name of the sabotage."""
    heard = {}
    for chosen in rounds():
        sabotaged = Terraform(tmp_path_factory.mktemp("sabotaged"))
        sabotaged.share(terraform)
        for each in chosen:
            path = sabotaged.module / each.file
            text = path.read_text()
            assert text.count(each.old) == 1, f"{each.name}: not once in {each.file}"
            path.write_text(text.replace(each.old, each.new))
        where = {f"-filter={file_of(each)}" for each in chosen}
        output = sabotaged.run("test", *sorted(where), code=1)
        heard |= dict.fromkeys((each.name for each in chosen), " ".join(output.split()))
    return heard


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda each: each.name)
def test_a_broken_promise_is_told(sabotage: Sabotage, said: dict[str, str]) -> None:
    assert sabotage.says in said[sabotage.name]


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
