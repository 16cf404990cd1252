"""Makes the secret of the research zone's pseudonyms, the pepper, where there is none yet.

It is one random line in the file `pepper` of the folder STEDI_SECRET (default data/secret), which
only its owner may read. One that is there is never replaced, as all pseudonyms would change with
it, and it is never shown.
Exit codes: 0 there is one, 1 it cannot be made, 2 STEDI_SECRET is no folder of this machine; the
last line on stderr says what to do.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_FOLDER = "data/secret"
DEFAULT_DATABASE = "data/stedi.duckdb"
RANDOM_BYTES = 32  # as many as SHA-256 has: guessing the pepper is no easier than guessing a hash


def make_pepper(folder: Path) -> Path | None:
    """Make the pepper of a folder, and the folder; None if there is one, whatever it holds.

    Raises OSError when it cannot be written; nothing half-written is left then.
    """
    pepper = folder / "pepper"
    if os.path.lexists(pepper):
        return None
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    # A dot in front, because the build reads pepper*; mkstemp gives it mode 600.
    handle, part = tempfile.mkstemp(prefix=".pepper-", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(RANDOM_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(part, pepper)  # unlike a rename it replaces nothing
    except FileExistsError:  # another build was faster
        return None
    finally:
        os.unlink(part)
    return pepper


def main() -> int:
    """Make the pepper where there is none; return the exit code."""
    os.chdir(PROJECT)
    place = os.environ.get("STEDI_SECRET") or DEFAULT_FOLDER
    if place.startswith("s3://"):
        print(
            f"STEDI_SECRET is {place}: on DuckDB the pepper lies in a folder. "
            "Unset it or name a folder, or build on Athena.",
            file=sys.stderr,
        )
        return 2
    if "/" not in place and os.sep not in place:
        print(
            "STEDI_SECRET names no place: it takes a folder, as data/secret; the secret itself "
            "belongs into the file `pepper` there. (Not shown, lest it be the secret.)",
            file=sys.stderr,
        )
        return 2
    try:
        made = make_pepper(Path(place).expanduser())
    except OSError as error:
        print(
            f"No pepper can be made in {place}: {error.strerror or error}. "
            "Make it a folder you may write to, or name another: STEDI_SECRET=/path/to/folder",
            file=sys.stderr,
        )
        return 1
    if made:
        print(f"Made {made}, the secret behind all pseudonyms: keep it, and keep it to yourself")
        database = os.environ.get("STEDI_DUCKDB") or DEFAULT_DATABASE
        if Path(database).expanduser().exists():
            print(
                f"warning: {database} is from before it. If it holds research, its pepper was "
                "lost: pseudonyms and splits change now, see docs/runbooks/pepper.md, Rotate",
                file=sys.stderr,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
