"""A folder for the logs of each run; those of the newest few runs stay."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from .request_log import FILE_NAME

KEPT_RUNS = 5


def make_run_folder(root: Path) -> Path:
    """Make a folder for a run below `root`; remove those of older runs, and nothing else."""
    root.mkdir(parents=True, exist_ok=True)
    runs = sorted(path.parent for path in root.glob(f"*/{FILE_NAME}"))
    for old in runs[: 1 - KEPT_RUNS]:
        shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=root)).absolute()
