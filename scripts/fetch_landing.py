#!/usr/bin/env python3
# Longer than most scripts: the licence's terms, which it asks for, are part of it.
"""Downloads the course's own landing files, for those who accept their licence, and checks them.

for example:
  fetch_landing.py --accept-licence

The project ships a generator and none of these files: they are Udacity's, under CC BY-NC-ND. This
script takes them from Udacity's public repository, at one commit, and compares the SHA-256 of
every file with fetch_landing_manifest.csv. Files that are already right are kept.
exit codes: 0 all files are there and right, 1 a file could not be downloaded, 2 the licence was not
accepted or an option is wrong, 130 interrupted (finished files are kept)
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from stedi import command
from stedi.command import PROJECT, Problem, SettingProblem
from stedi.feeds import feeds

import pooch
from requests.exceptions import RequestException
from tqdm import tqdm

MANIFEST = Path(__file__).resolve().with_name("fetch_landing_manifest.csv")
REPOSITORY = "udacity/nd027-Data-Engineering-Data-Lakes-AWS-Exercises"
# A commit, not a branch, because the customer file has changed three times under the same name.
COMMIT = "20c27f989c979c479eff446e19988c6235f94e8d"
BASE_URL = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/project/starter"
TIMEOUT_SECONDS = 30.0  # that a server may stay silent
RETRIES = 3  # after 1, 2 and 3 seconds

LICENCE = f"""\
The course's landing files belong to Udacity and are not part of this project. Their licence is
Creative Commons BY-NC-ND (the text says 3.0, its link says 4.0), narrowed by Udacity's own terms:
  https://creativecommons.org/licenses/by-nc-nd/4.0/
  https://github.com/{REPOSITORY}/blob/{COMMIT}/LICENSE.md
In short (the text there decides):
  BY  wherever you show or pass on the files, name Udacity as their source;
  NC  no commercial use, which includes paid training or teaching and in-house training;
  ND  pass them on unchanged or not at all, and do not publish what you build from them.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("fetch_landing.py", __doc__)
    add = result.add_argument
    add("--accept-licence", action="store_true", help="accept the licence without being asked")
    out = "landing root to fill (default: data/course in the project)"
    add("--out", metavar="DIR", type=Path, default=PROJECT / "data" / "course", help=out)
    base = "folder that holds customer/landing/… (default: the course's public repository)"
    add("--base-url", metavar="URL", type=http_address, default=BASE_URL, help=base)
    add("--overwrite", action="store_true", help="replace files that differ from the published")
    return result


def http_address(text: str) -> str:
    """Check an argument that is an http or https address. Raises ArgumentTypeError."""
    if not re.match("https?://[^/]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https address")
    return text.rstrip("/")


def fetch(arguments: argparse.Namespace) -> None:
    """Show the licence, download what is missing, report. Raises Problem, OSError."""
    accept_licence(arguments.accept_licence)
    out = arguments.out
    known = read_manifest()
    refuse_strangers(known, out)
    right = {path for path in known if is_right(out / path, known[path], arguments.overwrite)}
    missing = {path: sha256 for path, sha256 in known.items() if path not in right}
    download(missing, out, arguments.base_url)
    root = out.resolve()
    root = shlex.quote(str(root.relative_to(PROJECT) if root.is_relative_to(PROJECT) else root))
    print(f"{root}: {len(known)} files, all right ({len(missing)} downloaded, {len(right)} kept)")
    print(f"Build with them: STEDI_LANDING={root} STEDI_PUBLISHED_COUNTS=true make build")


def read_manifest() -> dict[str, str]:
    """Return the files: path below the landing root -> SHA-256. Raises Problem, OSError."""
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        known = {row["path"]: row["sha256"] for row in csv.DictReader(lines)}
    if not known or not all(known.values()):  # pooch would check nothing
        raise Problem(f"{MANIFEST} is broken: restore it")
    return known


def accept_licence(is_accepted: bool) -> None:
    """Print the licence, and ask for a typed `yes` unless it is accepted. Raises SettingProblem."""
    print(LICENCE, flush=True)
    if is_accepted:
        return
    if not sys.stdin.isatty():
        raise SettingProblem("no terminal to ask on: read the licence, then pass --accept-licence")
    print("Type yes to accept it and download the files: ", end="", flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise SettingProblem("licence not accepted, nothing was downloaded")


def refuse_strangers(known: Iterable[str], out: Path) -> None:
    """Refuse folders with other files, which a build would read together with the course's.

    Raises Problem.
    """

    def is_skipped(path: Path) -> bool:
        return any(feed.is_skipped(path.name, path.lstat().st_size) for feed in feeds().values())

    expected = {out / path for path in known}
    for folder in sorted({path.parent for path in expected}):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path not in expected and not is_skipped(path):
                raise Problem(
                    f"{path} is not one of the course's files, and a build would read it as well: "
                    "move it away, or choose another --out"
                )


def is_right(file: Path, sha256: str, may_be_replaced: bool) -> bool:
    """Whether a file is there with this SHA-256. Raises Problem if another one must stay."""
    if not file.exists():
        return False
    if pooch.file_hash(str(file)) == sha256:
        return True
    if may_be_replaced:
        return False
    raise Problem(
        f"{file} differs from the published file: move it away, or replace it with --overwrite"
    )


def download(files: Mapping[str, str], out: Path, base_url: str) -> None:
    """Download files (path -> SHA-256), each whole and right, or not at all. Raises Problem."""
    pooch.get_logger().setLevel("WARNING")
    # A build skips a folder with a leading dot, should a killed process leave parts in it.
    parts = out / f".download.{os.getpid()}"
    server = pooch.create(parts, f"{base_url}/", registry=files, retry_if_failed=RETRIES)
    downloader = pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS)
    try:
        for path in tqdm(files, unit=" files", disable=None):
            part = server.fetch(path, downloader=downloader)
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, out / path)
    except RequestException as error:
        remedy = "check the network and --base-url, then run again; finished files are kept"
        raise Problem(f"{path}: {error} ({base_url}/{path}): {remedy}") from error
    except ValueError as error:  # of pooch: another SHA-256
        raise Problem(f"{path}: {error} ({base_url}/{path}): correct --base-url") from error
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    interrupted = "interrupted: finished files are kept, run again to go on"
    return command.run(parser(), fetch, argv, interrupted)


if __name__ == "__main__":
    sys.exit(main())
