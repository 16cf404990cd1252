"""What GitHub may do: actions that nobody can swap, and a way out only where it is said."""

from __future__ import annotations

import re

import yaml

from tests.support.lakehouse import PROJECT

TEXT = (PROJECT / ".github/workflows/ci.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]
TRIGGERS = WORKFLOW[True]  # YAML takes the key `on` for a truth
PINNED = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40})  # v\d+\.\d+\.\d+$")
# Job -> when it runs, and its rights; all others read the code.
DEPLOYS = {
    "pages": (
        "github.event_name == 'push' && github.ref == 'refs/heads/main' "
        "&& vars.STEDI_PAGES == 'true'",
        {"pages": "write", "id-token": "write"},
    ),
    "code": (
        "startsWith(github.ref, 'refs/tags/v') && vars.STEDI_CODE_ROLE != ''",
        {"contents": "read", "id-token": "write"},
    ),
}


def commands(job: str) -> str:
    return "\n".join(step.get("run", "") for step in JOBS[job]["steps"])


def test_every_action_is_pinned_by_commit() -> None:
    uses = [line.strip().removeprefix("- ") for line in TEXT.splitlines() if "uses:" in line]
    assert [line for line in uses if not PINNED.match(line)] == []
    pins = {PINNED.match(line).groups() for line in uses}
    assert len(pins) == len({action for action, _ in pins})  # one commit of each


def test_only_two_jobs_may_do_more_than_read_and_only_where_a_variable_says_so() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    given = {
        name: (job.get("if"), job["permissions"])
        for name, job in JOBS.items()
        if "permissions" in job
    }
    assert given == DEPLOYS
    assert "secrets." not in TEXT
    assert {*TRIGGERS} == {"push", "pull_request", "schedule"}


def test_they_wait_for_the_tests() -> None:
    assert {"lint", "build", "test", "docs"} <= {*JOBS["pages"]["needs"]}
    assert {"lint", "build", "test", "athena", "infra"} <= {*JOBS["code"]["needs"]}


def test_aws_trusts_the_tags_that_are_uploaded() -> None:
    trust = (PROJECT / "infra/github.tf").read_text()
    (trusted,) = re.findall(r":sub\" = \"repo:\$\{var.github_repository\}:(.*)\"", trust)
    (tags,) = TRIGGERS["push"]["tags"]
    assert trusted == f"ref:refs/tags/{tags}"
    assert f"'refs/tags/{tags.removesuffix('*')}'" in JOBS["code"]["if"]
    assert "environment" not in JOBS["code"]  # it would be the subject instead of the tag


def test_the_site_is_whole_and_of_generated_data() -> None:
    said = commands("docs")
    assert "make docs" in said
    assert "target/static_index.html site/index.html" in said and "target/accounting.html" in said
    assert "STEDI_LANDING" not in TEXT and "env" not in JOBS["docs"]


def test_the_variables_stand_in_the_guide() -> None:
    guide = (PROJECT / "docs/athena.md").read_text()
    named = set(re.findall(r"vars\.(\w+)", TEXT))
    assert named and [name for name in sorted(named) if f"`{name}`" not in guide] == []
