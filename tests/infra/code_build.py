"""A build as CodeBuild runs it: infra/buildspec.yml with the project's variables."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import boto3
import yaml
from local_athena.lifecycle import LocalAthena
from moto.sns.models import sns_backends

from tests.parity.iam_policies import Need, watched
from tests.support.lakehouse import PROJECT

NUMBERS = count(1)


@dataclass(frozen=True)
class Night:
    """What a build has left: its log and dbt's, mails, its files in the bucket by name."""

    succeeded: bool
    said: str
    dbt_log: str
    mails: list[tuple[str, str]]  # subject and text
    artifacts: dict[str, bytes]
    needs: set[Need]  # what it had to be allowed


class CodeBuild:
    """The project that Terraform has made, and the code, in a folder as the zip is unpacked."""

    def __init__(self, folder: Path, name: str, aws: LocalAthena) -> None:
        """Take an empty folder, the project's name, and the AWS that has it."""
        self.folder = folder
        self.nights: list[Night] = []
        self.aws = aws
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        files = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True)
        for file in files.stdout.split("\0"):
            if (PROJECT / file).is_file():  # not one that is removed
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / file, folder / file)
        (self.project,) = boto3.client("codebuild").batch_get_projects(names=[name])["projects"]
        tools = [PROJECT / ".venv/bin/aws", PROJECT / ".uv/bin/uv"]  # the image has both, or pip
        (folder / ".tools").mkdir()
        for tool in filter(Path.exists, tools):
            (folder / ".tools" / tool.name).symlink_to(tool)
        self.environment = {
            "HOME": str(folder),
            "PATH": f"{folder / '.tools'}{os.pathsep}{os.environ['PATH']}",
            **{key: os.environ[key] for key in os.environ if key.startswith(("UV_", "PYTHON"))},
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache/uv"),
            **aws.environment(),
        }

    @property
    def variables(self) -> dict[str, str]:
        """The project's."""
        listed = self.project["environment"]["environmentVariables"]
        return {each["name"]: each["value"] for each in listed}

    def run(self, **overrides: str) -> Night:
        """Run a build, on a machine of its own, with other values of variables."""
        for left in ("target", "logs"):
            shutil.rmtree(self.folder / left, ignore_errors=True)
        variables = self.variables | overrides
        buildspec = self.folder / self.project["source"]["buildspec"]
        number, bucket = next(NUMBERS), variables["STEDI_ARTIFACTS"]
        mails, before = topic_of(variables["STEDI_TOPIC"]).sent_notifications, objects(bucket)
        told = len(mails)
        with watched(self.aws, variables["STEDI_WORK_GROUP"]) as needs:
            ended = subprocess.run(
                ["bash", "-c", script(yaml.safe_load(buildspec.read_text()))],
                cwd=self.folder,
                env=self.environment
                | variables
                | {
                    "CODEBUILD_BUILD_ID": f"{self.project['name']}:{number}",
                    "CODEBUILD_BUILD_NUMBER": str(number),
                    "CODEBUILD_BUILD_URL": f"https://console.aws.amazon.com/build/{number}",
                    "CODEBUILD_START_TIME": str(int(time.time() * 1000)),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        files = sorted((self.folder / "logs").glob("dbt.log*"))
        night = Night(
            ended.returncode == 0,
            ended.stdout,
            "".join(path.read_text() for path in files),
            [(subject, text) for _, text, subject, *_ in mails[told:]],
            {
                key.partition("/")[2]: body
                for key, body in objects(bucket).items()
                if key not in before
            },
            needs,
        )
        self.nights.append(night)
        return night


def script(spec: dict) -> str:
    """The commands of all phases for one shell.

    A command that fails ends its phase and the build, but for post_build, which runs unless the
    phases before `build` have failed.
    """
    assert (spec["version"], spec["env"]) == (0.2, {"shell": "bash"})
    assert spec["phases"].keys() <= {"install", "pre_build", "build", "post_build"}
    lines = ["export CODEBUILD_BUILD_SUCCEEDING=1; going=1"]
    for phase in ("install", "pre_build", "build", "post_build"):
        if phase == "post_build":
            lines.append("going=$ready")
        for command in spec["phases"].get(phase, {}).get("commands", []):
            failed = "{ going=0; CODEBUILD_BUILD_SUCCEEDING=0; }"
            lines.append(f'[ "$going" = 0 ] || eval {shlex.quote(command)} || {failed}')
        if phase == "pre_build":
            lines.append("ready=$going")
    return "\n".join([*lines, '[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]'])


def topic_of(arn: str):
    """moto's own topic, which knows what was sent."""
    *_, region, account, _ = arn.split(":")
    return sns_backends[account][region].topics[arn]


def objects(bucket: str) -> dict[str, bytes]:
    """What lies in a bucket, by its keys."""
    found = boto3.resource("s3").Bucket(re.sub("^s3://", "", bucket)).objects.all()
    return {each.key: each.get()["Body"].read() for each in found}
