"""Fetches one artifact with Maven, the ordinary client of its repositories."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from . import LocalAthenaError
from .process import GuardedProcess

DISK_FULL = "No space left on device"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Artifact:
    """A tar.gz as Maven names it, with the size and SHA-256 it is known to have."""

    group: str
    name: str
    version: str
    size: int
    sha256: str

    @property
    def coordinates(self) -> str:
        """What Maven's `-Dartifact` takes."""
        return f"{self.group}:{self.name}:{self.version}:tar.gz"

    @property
    def stem(self) -> str:
        """The name of the file without `.tar.gz`."""
        return f"{self.name}-{self.version}"


def fetch(artifact: Artifact, scratch: Path) -> Path:
    """Download the artifact below `scratch`, which leaves ~/.m2 alone; return the file.

    Maven reads the user's settings, as always. Raises LocalAthenaError.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalAthenaError(
            "Maven, which downloads Trino, is missing: install it (Debian, Ubuntu: apt install"
            f" maven; macOS: brew install maven), or set TRINO_HOME to a Trino {artifact.version}"
        )
    repository, temporary, log = scratch / "repository", scratch / "tmp", scratch / "mvn.log"
    temporary.mkdir(parents=True)
    options = f"{os.environ.get('MAVEN_OPTS', '')} -Djava.io.tmpdir={temporary} -XX:-UsePerfData"
    folder = repository.joinpath(*artifact.group.split("."), artifact.name, artifact.version)
    with log.open("wb") as output:
        process = GuardedProcess(
            [
                maven,
                "--batch-mode",
                "--quiet",
                "dependency:get",
                f"-Dartifact={artifact.coordinates}",
                "-Dtransitive=false",
                f"-Dmaven.repo.local={repository}",
            ],
            grace_seconds=5,
            env=os.environ | {"MAVEN_OPTS": options.strip()},
            cwd=scratch,  # where no pom.xml is, which Maven would read
            output=output,
        )
        try:
            show_progress(process, artifact, folder)
        finally:
            code = process.stop()
    file = folder / f"{artifact.stem}.tar.gz"
    if code != 0 or not file.exists():
        raise LocalAthenaError(explain(log.read_text(errors="replace"), code))
    return file


def show_progress(process: GuardedProcess, artifact: Artifact, folder: Path) -> None:
    """Show how much has arrived until Maven ends."""
    with bar("Download", artifact.size) as progress:
        while process.poll() is None:
            time.sleep(0.2)
            progress.update(arrived(artifact, folder) - progress.n)


def arrived(artifact: Artifact, folder: Path) -> int:
    """The bytes of the artifact that are there; until the end they have a temporary name."""
    sizes = [0]
    for file in folder.glob(f"{artifact.stem}.tar.gz*"):
        with contextlib.suppress(FileNotFoundError):  # renamed just now
            sizes.append(file.stat().st_size)
    return max(sizes)


def explain(said: str, code: int) -> str:
    """What Maven said, and what to do about it."""
    # Its advice on logging follows the first reference to its help pages.
    reason = re.sub(r"\x1b\[[\d;]*m", "", said).split("-> [Help 1]")[0]
    lines = [line.removeprefix("[ERROR]").strip() for line in reason.splitlines()]
    quoted = "\n".join(f"  {line}" for line in list(filter(None, lines))[:5])
    remedy = (
        "Free 2 GB there for the time of the download (0.5 GB stay), or set XDG_CACHE_HOME."
        if DISK_FULL in said
        else "Check the network, or name a mirror in ~/.m2/settings.xml, or set TRINO_HOME to an"
        " unpacked Trino."
    )
    return f"Maven could not download Trino (exit code {code}). It said:\n{quoted}\n{remedy}"


def bar(title: str, total: int) -> tqdm:
    """A progress bar in bytes, where stderr is a terminal."""
    return tqdm(desc=title, total=total, unit="B", unit_scale=True, disable=None, leave=False)
