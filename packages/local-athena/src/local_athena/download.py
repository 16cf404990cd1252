"""Trino on this machine: the user's own, or one in the user's cache, whole and checked."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import tarfile
from pathlib import Path

from . import LocalAthenaError
from .locks import locked
from .maven import Artifact, bar, fetch

TRINO = Artifact(
    group="io.trino",
    name="trino-server",
    version="476",  # the newest one in Maven's central repository
    size=821_045_832,
    sha256="cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f",
)
KEPT = ("lib", "plugin/hive", "plugin/iceberg")  # half of what the other 40 plugins would take
DISK_REMEDY = "free 2 GB there for the time of the download (0.5 GB stay), or set XDG_CACHE_HOME"

logger = logging.getLogger(__name__)


def find_trino(artifact: Artifact = TRINO) -> Path:
    """Return the folder of TRINO_HOME, else of the cache. Raises LocalAthenaError."""
    named = os.environ.get("TRINO_HOME")
    if not named:
        return install(artifact)
    home = Path(named).absolute()
    missing = [name for name in KEPT if not (home / name).is_dir()]
    if missing:
        raise LocalAthenaError(
            f"TRINO_HOME={named} has no {' and no '.join(missing)}: set it to an unpacked"
            f" trino-server-{artifact.version}, or unset it to have one downloaded"
        )
    versions = [re.search(r"trino-main-(.+)\.jar", jar.name) for jar in (home / "lib").iterdir()]
    version = next((match[1] for match in versions if match), "of unknown version")
    if version != artifact.version:
        logger.warning("TRINO_HOME is Trino %s; only %s is tested", version, artifact.version)
    return home


def install(artifact: Artifact = TRINO) -> Path:
    """Make Trino be in the cache; return its folder. Raises LocalAthenaError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "local-athena"
    home = cache / f"trino-{artifact.version}"
    try:
        if not home.is_dir():
            cache.mkdir(parents=True, exist_ok=True)
            with locked(
                home.with_suffix(".lock"), "Another process is downloading Trino: waiting for it"
            ):
                if not home.is_dir():  # else another process was faster
                    download(artifact, home)
    except OSError as error:
        remedy = DISK_REMEDY if error.errno == errno.ENOSPC else "repair it, or set XDG_CACHE_HOME"
        raise LocalAthenaError(f"{cache}: {error.strerror or error}: {remedy}") from error
    return home


def download(artifact: Artifact, home: Path) -> None:
    """Put the kept folders at `home`, whole or, whatever happens, not at all."""
    part = home.with_suffix(".part")
    remove(part)  # of a process that was killed
    part.mkdir()
    try:
        logger.info("Downloading Trino %s with Maven, once", artifact.version)
        tarball = fetch(artifact, part)
        check(tarball, artifact)
        unpack(tarball, part)
        for name in KEPT:
            target = part / "home" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (part / artifact.stem / name).rename(target)
        (part / "home").rename(home)
    finally:
        remove(part)
    logger.info("Trino %s is in %s", artifact.version, home)


def remove(folder: Path) -> None:
    """Remove a folder, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def check(tarball: Path, artifact: Artifact) -> None:
    """Compare the SHA-256. Raises LocalAthenaError."""
    with tarball.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != artifact.sha256:
        raise LocalAthenaError(
            f"{artifact.coordinates} came with SHA-256 {found} instead of {artifact.sha256} and was"
            " removed: try again, check the mirror in ~/.m2/settings.xml, or set TRINO_HOME"
        )


def unpack(tarball: Path, folder: Path) -> None:
    """Unpack the whole of it, since kept files are hard links to others."""
    with (
        tarball.open("rb") as compressed,
        tarfile.open(fileobj=compressed) as archive,
        bar("Unpack", tarball.stat().st_size) as progress,
    ):
        # Older Python releases have neither the filter nor the need to name one.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        for member in archive:
            archive.extract(member, folder)
            progress.update(compressed.tell() - progress.n)
