"""Trino on this machine: the user's own, or one in the user's cache, whole and checked."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from . import LocalAthenaError


@dataclass(frozen=True)
class Artifact:
    """A tar.gz as Maven names it, with the SHA-256 that it is known to have."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def coordinates(self) -> str:
        """What Maven's `-Dartifact` takes."""
        return f"{self.group}:{self.name}:{self.version}:tar.gz"

    @property
    def stem(self) -> str:
        """The name of the file without `.tar.gz`, and of the folder in it."""
        return f"{self.name}-{self.version}"


TRINO = Artifact(
    group="io.trino",
    name="trino-server",
    version="476",  # the newest one in Maven's central repository: 821 MB
    sha256="cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f",
)
# Half of what the other 39 plugins would take.
KEPT = ("lib", "plugin/geospatial", "plugin/hive", "plugin/iceberg")
OR_TRINO_HOME = f"or set TRINO_HOME to an unpacked {TRINO.stem}"

logger = logging.getLogger(__name__)


def find_trino(artifact: Artifact = TRINO) -> Path:
    """Return the folder of TRINO_HOME, else of the cache. Raises LocalAthenaError."""
    named = os.environ.get("TRINO_HOME")
    if not named:
        return install(artifact)
    home = Path(named).absolute()
    if missing := _missing(home):
        raise LocalAthenaError(
            f"TRINO_HOME={named} has no {' and no '.join(missing)}: set it to an unpacked"
            f" {artifact.stem}, or unset it to have one downloaded"
        )
    if not any(home.glob(f"lib/*trino-main-{artifact.version}.jar")):
        logger.warning("TRINO_HOME is not Trino %s, the only one tested", artifact.version)
    return home


def install(artifact: Artifact = TRINO) -> Path:
    """Make Trino be in the cache; return its folder. Raises LocalAthenaError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "local-athena"
    home = cache / f"trino-{artifact.version}"
    try:
        if _missing(home):
            cache.mkdir(parents=True, exist_ok=True)
            with home.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be downloading it
                if _missing(home):
                    download(artifact, home)
    except OSError as error:
        full = "free 2 GB there for the time of the download (0.5 GB stay)"
        remedy = full if error.errno == errno.ENOSPC else "repair it"
        reason = error.strerror or error
        raise LocalAthenaError(f"{cache}: {reason}: {remedy}, or set XDG_CACHE_HOME") from error
    return home


def _missing(home: Path) -> list[str]:
    """Return what is not there: all of it, or what an older release did not keep."""
    return [name for name in KEPT if not (home / name).is_dir()]


def download(artifact: Artifact, home: Path) -> None:
    """Put the kept folders that `home` lacks there, each whole or, whatever happens, not at all."""
    part = home.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)  # of a process that was killed
    part.mkdir()
    try:
        logger.info("Downloading Trino %s with Maven, once", artifact.version)
        tarball = fetch(artifact, part)
        with tarball.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != artifact.sha256:
            raise LocalAthenaError(
                f"{artifact.coordinates} came with SHA-256 {found} instead of {artifact.sha256} and"
                f" was removed: try again, check the mirror in ~/.m2/settings.xml, {OR_TRINO_HOME}"
            )
        logger.info("Unpacking it")
        with tarfile.open(tarball) as archive:
            # All of it, as kept files are hard links to others. (Older Python releases have
            # neither the filter nor the need to name one.)
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(part)
        for name in _missing(home):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (part / artifact.stem / name).rename(home / name)
    finally:
        shutil.rmtree(part)
    logger.info("Trino %s is in %s", artifact.version, home)


def fetch(artifact: Artifact, scratch: Path) -> Path:
    """Download the artifact into a repository below `scratch`; return the file.

    Maven shows its own progress and errors on stderr, and reads the user's settings, as always.
    Raises LocalAthenaError.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalAthenaError(
            "Maven, which downloads Trino, is missing: install it (Debian, Ubuntu: apt install"
            f" maven; macOS: brew install maven), {OR_TRINO_HOME}"
        )
    command = [maven, "dependency:get", f"-Dartifact={artifact.coordinates}", "-Dtransitive=false"]
    command.append(f"-Dmaven.repo.local={scratch / 'repository'}")  # leaves ~/.m2 alone
    if not sys.stderr.isatty():
        command += ["--batch-mode", "--no-transfer-progress"]  # a log needs none
    with subprocess.Popen(
        command,
        cwd=scratch,  # where no pom.xml is, which Maven would read
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    ) as process:
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
    file = next(scratch.rglob(f"{artifact.stem}.tar.gz"), None)
    if code != 0 or file is None:
        raise LocalAthenaError(
            f"Maven could not download Trino (exit code {code}; see above what it says). Check the"
            " network and the disk (it takes 2 GB for the time of the download), or name a mirror"
            f" in ~/.m2/settings.xml, {OR_TRINO_HOME}"
        )
    return file
