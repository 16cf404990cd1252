"""Puts a finished export in place at once, and touches nothing that is no export."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakehouse_reader import SettingProblem

from .card import MARK
from .contract import CARD_FILE, EVERY_FILE


@contextmanager
def replacing(out: Path, overwrite: bool) -> Iterator[Path]:
    """Give an empty folder beside `out` that takes its place when the block ends well.

    Only its owner can read it. When the block fails it is removed and `out` is as it was.
    Raises SettingProblem when `out` may not be written or replaced, OSError when it cannot be.
    """
    out = Path(os.path.realpath(out))
    check_replaceable(out, overwrite)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-", dir=out.parent))
    try:
        yield work
        check_replaceable(out, overwrite)
        put_in_place(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check_replaceable(out: Path, overwrite: bool) -> None:
    """Raise SettingProblem unless `out` is absent, empty, or an export to be replaced."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise SettingProblem(f"{out} is no folder: --out must name one")
    strangers = sorted({path.name for path in out.iterdir()} - set(EVERY_FILE))
    if strangers:
        raise SettingProblem(
            f"{out} holds {strangers[0]}, which no export makes: choose another --out"
        )
    if not any(out.iterdir()):
        return
    if not is_export(out):
        raise SettingProblem(f"{out} is not empty and no export: choose another --out")
    if not overwrite:
        raise SettingProblem(f"{out} is an export already: add --overwrite to replace it")


def is_export(folder: Path) -> bool:
    """Whether an earlier run has made the folder."""
    try:
        return MARK in (folder / CARD_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def put_in_place(work: Path, out: Path) -> None:
    """Rename the finished folder to `out`; the export that was there is removed."""
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.replaced-", dir=out.parent))
    out.rename(old)
    try:
        work.rename(out)
    except BaseException:
        old.rename(out)
        raise
    shutil.rmtree(old)
