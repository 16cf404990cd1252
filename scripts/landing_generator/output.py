"""Puts a finished landing zone in place in one step, and touches nothing that others made."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stedi.command import SettingProblem, replacing_folder

MARKER = "_generated.json"
GENERATOR = "STEDI landing generator"


def write_marker(root: Path, facts: dict, files: list[str]) -> None:
    """Leave the mark by which a later run knows that it may replace the folder.

    Raises OSError when it cannot be written.
    """
    marker = {"generator": GENERATOR, **facts, "files": files}
    text = json.dumps(marker, indent=1, sort_keys=False) + "\n"
    (root / MARKER).write_text(text, encoding="ascii", newline="\n")


@contextmanager
def replacing(out: Path, overwrite: bool) -> Iterator[Path]:
    """Give an empty folder beside `out` that takes its place when the block ends well.

    Raises SettingProblem when `out` may not be written or replaced, OSError when it cannot be.
    """
    out = Path(os.path.realpath(out))
    is_new = not out.exists()

    def check(made: Path | None) -> bool:
        if made and is_new and _is_same(made, out):  # another run was faster
            return True
        _check_replaceable(out, overwrite)
        return False

    with replacing_folder(out, check) as folder:
        yield folder


def _check_replaceable(out: Path, overwrite: bool) -> None:
    """Raise SettingProblem unless `out` is absent, empty, or an earlier output to be replaced."""
    if not out.exists():
        return
    if not out.is_dir():
        raise SettingProblem(f"{out} is a file; --out must name a folder")
    if not any(out.iterdir()):
        return
    known = _generated_files(out)
    if known is None:
        raise SettingProblem(
            f"{out} is not empty and has no {MARKER} of this generator; choose another --out"
        )
    strangers = sorted(_files_below(out) - known)
    if strangers:
        raise SettingProblem(f"{out} holds {strangers[0]}, which this generator did not make")
    if not overwrite:
        raise SettingProblem(f"{out} is already generated; add --overwrite to make it again")


def _generated_files(out: Path) -> set[str] | None:
    """Return the files that the marker names, with the marker; None without a valid marker."""
    try:
        marker = json.loads((out / MARKER).read_text(encoding="utf-8"))
        if marker["generator"] != GENERATOR:
            return None
        return {MARKER, *map(str, marker["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_same(work: Path, out: Path) -> bool:
    """Whether both were generated with the same options, and so hold the same bytes."""
    return (out / MARKER).is_file() and (out / MARKER).read_bytes() == (work / MARKER).read_bytes()


def _files_below(root: Path) -> set[str]:
    """Return everything below root that is not a folder, as paths relative to it."""
    found = set()
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        found.update((Path(folder, name).relative_to(root)).as_posix() for name in names + links)
    return found
