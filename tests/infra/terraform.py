"""Terraform on a copy of infra/, for which it finds its provider where the machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.lakehouse import PROJECT

# What a person who works in infra/ may have there, and a copy must not bring along.
OWN = shutil.ignore_patterns(".terraform", "*.tfstate*", "*.tfvars", "*.tfplan", "backend.tf")


PROVIDER = "hashicorp/aws/5.100.0"  # of infra/.terraform.lock.hcl


class Terraform:
    """A copy of the module and of the policies that it reads, in a folder of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """Take an empty folder, and the variables with which AWS is found, if it is needed."""
        self.module = folder / "infra"
        shutil.copytree(PROJECT / "infra", self.module, ignore=OWN)
        (folder / "docs").mkdir()
        for policy in PROJECT.glob("docs/athena_*.json"):
            shutil.copy(policy, folder / "docs")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        self.environment = kept | dict(environment or {}) | {"TF_IN_AUTOMATION": "1"}

    def run(self, command: str, *options: str, code: int = 0) -> str:
        """Run a command; return what it says. Fails the test on another exit code."""
        words = ["terraform", command, *([] if command == "fmt" else ["-no-color"]), *options]
        ended = subprocess.run(
            words,
            cwd=self.module,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == code, ended.stdout
        return ended.stdout

    def init(self) -> None:
        """Make it ready to run, with the provider of the lock file."""
        folder = os.environ.get("TF_PLUGIN_DIR")
        self.run("init", "-lockfile=readonly", *([f"-plugin-dir={folder}"] if folder else []))

    def share(self, ready: Terraform) -> None:
        """Make it ready with the provider of another one."""
        (self.module / ".terraform").symlink_to(ready.module / ".terraform")

    def output(self, name: str) -> str:
        """One output, a text, as a person reads it."""
        return self.run("output", "-raw", name)


def missing() -> str | None:
    """What this machine lacks to run Terraform, and the remedy, in one line; None: nothing."""
    folder = os.environ.get("TF_PLUGIN_DIR")
    if not shutil.which("terraform"):
        return "make test-infra needs terraform, 1.8 or newer, on the PATH: install it"
    if folder and not list(Path(folder).glob(f"*/{PROVIDER}")):
        return (
            f"make test-infra needs {PROVIDER} below TF_PLUGIN_DIR ({folder}): "
            "name its folder, or unset it and Terraform downloads it"
        )
    return None
