"""Makes the secret of the research zone's pseudonyms, the pepper, where there is none yet.

The generated data (STEDI_LANDING and STEDI_SECRET unset) needs none: its pepper is the public
seeds/demo_pepper/pepper. For data of your own it is one random line in the file `pepper` of the
folder STEDI_SECRET (default data/secret), which only its owner may read. An existing one is never
replaced, because all pseudonyms would change, and it is never shown.
With --target athena it is the object `pepper` below the s3://bucket/prefix that STEDI_SECRET names,
and the value is on no disk. That takes the permission s3:PutObject.
exit codes: 0 there is one or none is needed, 1 it cannot be made, 2 STEDI_SECRET names no place of
the target, or a setting of AWS is missing; the last line on stderr says what to do
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from stedi import command
from stedi.command import PROJECT, Problem, SettingProblem
from stedi.settings import Settings

DEFAULT_FOLDER = "data/secret"
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
            file.write(new_pepper() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(part, pepper)  # unlike a rename it replaces nothing
    except FileExistsError:  # another build was faster
        return None
    finally:
        os.unlink(part)
    return pepper


def make_object(arguments: argparse.Namespace) -> None:
    """Make the pepper on S3 where there is none. Raises Problem."""
    from stedi import athena  # here, as a build on DuckDB need not wait for AWS's library
    from stedi.s3_root import S3Root

    try:
        root = S3Root(os.environ.get("STEDI_SECRET") or "")
    except argparse.ArgumentTypeError:
        raise SettingProblem(
            "STEDI_SECRET is unset or names no place on S3: it takes s3://bucket/prefix. "
            "(Not shown, as it may be the secret.)"
        ) from None
    client = athena.client("s3", arguments)
    place = root.object("pepper")
    # Who writes the pepper may not read it, so S3 itself has to look whether there is one.
    try:
        with athena.explained(f"no pepper can be made in {root.url()} (s3:PutObject)"):
            client.put_object(**place, Body=f"{new_pepper()}\n".encode(), IfNoneMatch="*")
    except Problem as problem:
        if "PreconditionFailed" not in str(problem):
            raise
        print(f"{root.url('pepper')} is there and stays")
    else:
        print(f"Made {root.url('pepper')}, the secret behind all pseudonyms: show it to nobody")


def new_pepper() -> str:
    """Return a random line."""
    return secrets.token_hex(RANDOM_BYTES)


def make(arguments: argparse.Namespace) -> None:
    """Make the pepper where the variables want it and there is none. Raises Problem."""
    if arguments.target == "athena":
        return make_object(arguments)
    os.chdir(PROJECT)
    place = os.environ.get("STEDI_SECRET")
    if not place and not os.environ.get("STEDI_LANDING"):
        print("STEDI_LANDING is unset: the generated data takes the demo pepper, no secret is made")
        return
    place = place or DEFAULT_FOLDER
    if place.startswith("s3://"):
        raise SettingProblem(
            f"STEDI_SECRET is {place}: on DuckDB the pepper is in a folder. "
            "Unset it or name a folder, or build on Athena."
        )
    if "/" not in place and os.sep not in place:
        raise SettingProblem(
            "STEDI_SECRET names no place: it takes a folder, as data/secret; the secret itself "
            "belongs into the file `pepper` there. (Not shown, as it may be the secret.)"
        )
    try:
        made = make_pepper(Path(place).expanduser())
    except OSError as error:
        raise Problem(
            f"no pepper can be made in {place}, {error.strerror or error}: "
            "make it a folder you may write to, or name another: STEDI_SECRET=/path/to/folder"
        ) from error
    if made:
        print(f"Made {made}, the secret behind all pseudonyms: do not lose it, show it to nobody")
        database = Settings.from_environment().database
        if database.expanduser().exists():
            print(
                f"warning: {database} is from before it. If it holds research, its pepper was "
                "another: pseudonyms and splits change now, see docs/runbooks/pepper.md, Rotate",
                file=sys.stderr,
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = command.parser("make_pepper.py", __doc__)
    said = "where it is needed (default: %(default)s)"
    options.add_argument("--target", choices=("local", "athena"), default="local", help=said)
    command.add_aws_options(options, with_athena=False)
    return command.run(options, make, argv)


if __name__ == "__main__":
    sys.exit(main())
