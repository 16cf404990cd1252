"""Download the course's own landing files, for those who accept their licence.

The project ships a generator and none of these files: they are Udacity's, under CC BY-NC-ND. This
script takes them from Udacity's public repository, at one commit, and checks the size and SHA-256
of every file against `fetch_landing_manifest.csv`. Files that are already right are kept.

    python scripts/fetch_landing.py --accept-licence

Exit codes: 0 all files are there and right, 1 a file could not be had, 2 the licence was not
accepted or an option is wrong, 130 interrupted.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import shlex
import ssl
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from tqdm import tqdm

PROJECT = Path(__file__).resolve().parents[1]
MANIFEST = Path(__file__).resolve().with_name("fetch_landing_manifest.csv")
DEFAULT_OUT = PROJECT / "data" / "course"

REPOSITORY = "udacity/nd027-Data-Engineering-Data-Lakes-AWS-Exercises"
# A commit, not a branch: the customer file changed three times under the same name.
COMMIT = "20c27f989c979c479eff446e19988c6235f94e8d"
DEFAULT_BASE_URL = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/project/starter"

LICENCE = f"""\
The course's landing files belong to Udacity and are no part of this project. Their licence is
Creative Commons BY-NC-ND (the text says 3.0, its link says 4.0), narrowed by Udacity's own terms:
  https://creativecommons.org/licenses/by-nc-nd/4.0/
  https://github.com/{REPOSITORY}/blob/{COMMIT}/LICENSE.md
In short (the text there decides):
  BY  wherever you show or pass on the files, name Udacity as their source;
  NC  no commercial use, which includes paid training or teaching and in-house training;
  ND  pass them on unchanged or not at all, and do not publish what you build from them.
"""

CHUNK_BYTES = 1 << 16
ADDRESS_REMEDY = "look for the file in the course's repository, or pass another --base-url"
CONTENT_REMEDY = "this is not the published file; run again, or pass another --base-url"
NETWORK_REMEDY = "check the network and run again, finished files are kept"


class FetchError(Exception):
    """What the user reads, in one line: the file, what is wrong, the address, the remedy."""

    def __init__(self, file: object, problem: str, remedy: str, url: str | None = None) -> None:
        where = f" ({url})" if url else ""
        super().__init__(f"{file}: {problem}{where}: {remedy}")


class TransferError(Exception):
    """A transfer that failed; `transient` says whether another attempt may succeed."""

    def __init__(self, problem: str, remedy: str, *, transient: bool) -> None:
        super().__init__(problem)
        self.remedy = remedy
        self.transient = transient


@dataclass(frozen=True)
class CourseFile:
    """A file of the manifest: path below the landing root, size in bytes, SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Network:
    """Seconds a socket may stay silent, and seconds to wait before each further attempt."""

    timeout_seconds: float = 30.0
    waits_seconds: tuple[float, ...] = (1.0, 2.0, 4.0)


def read_manifest(manifest: Path) -> list[CourseFile]:
    """Read a CSV file with the columns path, bytes and sha256.

    Raises FetchError if it cannot be read, is empty, or a line is not of that form.
    """
    remedy = "restore it from the project's repository"
    try:
        with manifest.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            files = [parse_manifest_row(row) for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        raise FetchError(
            manifest, f"is not a readable manifest, {one_line(error)}", remedy
        ) from None
    paths = {file.path for file in files}
    if not files or len(paths) < len(files):
        raise FetchError(manifest, "is an empty manifest or names a file twice", remedy)
    return files


def parse_manifest_row(row: dict[str, str | None]) -> CourseFile:
    """Check one line of the manifest. Raises ValueError if a value is missing or malformed."""
    path, size, sha256 = (row.get(column) or "" for column in ("path", "bytes", "sha256"))
    # Plain names only: a path must neither leave the landing root nor need a second reading.
    if not re.fullmatch(r"\w[\w.=-]*(/\w[\w.=-]*)*", path, re.ASCII):
        raise ValueError(f"path {path!r} is not a plain relative path")
    if not re.fullmatch(r"[0-9]+", size, re.ASCII) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"{path} has no size in bytes or no SHA-256 in hex")
    return CourseFile(path, int(size), sha256)


def one_line(error: BaseException) -> str:
    """The message of an error on one line, for errors of the operating system without its path."""
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    return " ".join(str(text).split())


def file_url(base_url: str, file: CourseFile) -> str:
    """The address of a file below the base address."""
    return f"{base_url.rstrip('/')}/{quote(file.path)}"


def is_right(destination: Path, file: CourseFile) -> bool:
    """Whether the file on disk has the published size and SHA-256. Raises OSError."""
    if destination.stat().st_size != file.size:
        return False
    digest = hashlib.sha256()
    with destination.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == file.sha256


def refuse_strangers(files: Iterable[CourseFile], out: Path) -> None:
    """Refuse folders that hold other files, which a build would read together with the course's.

    Names that begin with `.` or `_` are none of a build's business. Raises FetchError.
    """
    expected = {out / file.path for file in files}
    for folder in sorted({path.parent for path in expected}):
        try:
            found = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            problem = f"cannot be listed, {one_line(error)}"
            raise FetchError(folder, problem, "choose another --out") from None
        for path in found:
            if path not in expected and not path.name.startswith((".", "_")):
                problem = "is not one of the course's files, and a build would read it as well"
                raise FetchError(path, problem, "move it away, or choose another --out")


def missing_files(
    files: Sequence[CourseFile], out: Path, base_url: str, overwrite: bool
) -> list[CourseFile]:
    """The files still to be downloaded: absent ones and, with `overwrite`, wrong ones.

    Raises FetchError for a file that exists, is wrong, and must not be overwritten.
    """
    missing = []
    for file in files:
        destination = out / file.path
        url = file_url(base_url, file)
        try:
            right = destination.exists() and is_right(destination, file)
            wrong = destination.exists() and not right
        except OSError as error:
            problem = f"cannot be read, {one_line(error)}"
            raise FetchError(destination, problem, "move it away", url) from None
        if wrong and not overwrite:
            problem = "exists and differs from the published file"
            remedy = "move it away, or replace it with --overwrite"
            raise FetchError(destination, problem, remedy, url)
        if not right:
            missing.append(file)
    return missing


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a moment later."""
    if isinstance(error, HTTPError):
        return error.code >= 500 or error.code in (408, 429)
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        return is_transient(error.reason)
    return isinstance(error, (ConnectionError, TimeoutError, ssl.SSLEOFError))


def transfer_error(error: OSError | HTTPException) -> TransferError:
    """Name what went wrong between here and the server."""
    transient = is_transient(error)
    if isinstance(error, HTTPError):
        problem = " ".join(f"the server answered HTTP {error.code} {error.reason or ''}".split())
        remedy = NETWORK_REMEDY if transient else ADDRESS_REMEDY
        return TransferError(problem, remedy, transient=transient)
    cause = error.reason if isinstance(error, URLError) else error
    detail = one_line(cause) if isinstance(cause, BaseException) else str(cause)
    problem = f"the transfer failed, {detail}"
    return TransferError(problem, NETWORK_REMEDY, transient=transient)


def stream(file: CourseFile, url: str, timeout_seconds: float) -> Generator[bytes, None, None]:
    """Yield the body in chunks. Raises TransferError for whatever the network does."""
    request = Request(url, headers={"User-Agent": "stedi-lakehouse-fetch-landing"})
    try:
        with urlopen(request, timeout=timeout_seconds) as response:
            announced = response.headers.get("Content-Length")
            if announced is not None and announced != str(file.size):
                problem = f"the server sends {announced} bytes instead of {file.size}"
                raise TransferError(problem, CONTENT_REMEDY, transient=False)
            while chunk := response.read(CHUNK_BYTES):
                yield chunk
    except IncompleteRead:
        return  # not every broken-off body raises it; the receiver's count of bytes tells for all
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise transfer_error(error) from error


def receive(file: CourseFile, url: str, part: Path, timeout_seconds: float, bar: tqdm) -> None:
    """Write the body to `part` and check it.

    Raises TransferError if it is not the published file, OSError if it cannot be written.
    """
    digest = hashlib.sha256()
    received = 0
    with closing(stream(file, url, timeout_seconds)) as chunks, part.open("wb") as sink:
        for chunk in chunks:
            received += len(chunk)
            if received > file.size:
                problem = f"the server sends more than {file.size} bytes"
                raise TransferError(problem, CONTENT_REMEDY, transient=False)
            digest.update(chunk)
            sink.write(chunk)
            bar.update(len(chunk))
    if received < file.size:
        problem = f"the transfer broke off after {received} of {file.size} bytes"
        raise TransferError(problem, NETWORK_REMEDY, transient=True)
    if digest.hexdigest() != file.sha256:
        problem = f"its SHA-256 is {digest.hexdigest()} instead of {file.sha256}"
        raise TransferError(problem, CONTENT_REMEDY, transient=False)


def receive_patiently(file: CourseFile, url: str, part: Path, network: Network, bar: tqdm) -> None:
    """Receive a file, again after each wait while errors are transient.

    Raises TransferError when it is of no use to go on, OSError if the file cannot be written.
    """
    for wait_seconds in network.waits_seconds:
        done = bar.n
        try:
            return receive(file, url, part, network.timeout_seconds, bar)
        except TransferError as error:
            if not error.transient:
                raise
            bar.update(done - bar.n)
            note = f"{file.path}: {error}; next attempt in {wait_seconds:g} s"
            tqdm.write(note, file=sys.stderr)
            time.sleep(wait_seconds)
    return receive(file, url, part, network.timeout_seconds, bar)


def download(file: CourseFile, url: str, destination: Path, network: Network, bar: tqdm) -> None:
    """Put the checked file at `destination`: whole or, whatever happens, not at all.

    Raises FetchError.
    """
    # The leading dot keeps a build from reading a part that a killed process left behind.
    part = destination.with_name(f".{destination.name}.{os.getpid()}.part")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        try:
            receive_patiently(file, url, part, network, bar)
            part.replace(destination)
        finally:
            part.unlink(missing_ok=True)
    except TransferError as error:
        raise FetchError(file.path, str(error), error.remedy, url) from error
    except OSError as error:
        problem = f"cannot be written, {one_line(error)}"
        remedy = "free the path or the space, or choose another --out"
        raise FetchError(destination, problem, remedy, url) from error


def fetch(
    files: Sequence[CourseFile], out: Path, base_url: str, overwrite: bool, network: Network
) -> int:
    """Make every file of the manifest be there and right; return how many were downloaded.

    Existing files are judged before the server is asked for anything. Raises FetchError.
    """
    refuse_strangers(files, out)
    missing = missing_files(files, out, base_url, overwrite)
    total = sum(file.size for file in missing)
    # None: tqdm itself leaves the bar out where stderr is not a terminal.
    hidden = None if missing else True
    with tqdm(total=total, unit="B", unit_scale=True, disable=hidden, file=sys.stderr) as bar:
        for file in missing:
            download(file, file_url(base_url, file), out / file.path, network, bar)
    return len(missing)


def licence_accepted(accepted_by_option: bool) -> bool:
    """Print the licence and learn whether it is accepted, by the option or by `yes` typed."""
    print(LICENCE, flush=True)
    if accepted_by_option:
        return True
    if not sys.stdin.isatty():
        print(
            "error: no terminal to ask on: read the licence above, then pass --accept-licence",
            file=sys.stderr,
        )
        return False
    try:
        answer = input("Type yes to accept it and download the files: ")
    except EOFError:
        answer = ""
    if answer.strip().lower() == "yes":
        return True
    print("error: licence not accepted, nothing was downloaded", file=sys.stderr)
    return False


def shown(path: Path) -> str:
    """The path as `make`, run in the project's folder, can use it."""
    absolute = path.resolve()
    inside = absolute.is_relative_to(PROJECT)
    return shlex.quote(str(absolute.relative_to(PROJECT) if inside else absolute))


def http_address(text: str) -> str:
    """An http or https address, for argparse. Raises ArgumentTypeError for anything else."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https address")
    return text


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; exits with 2 where it is wrong."""
    parser = argparse.ArgumentParser(
        description="Download the course's own landing files (Udacity, CC BY-NC-ND) and check them."
    )
    parser.add_argument(
        "--accept-licence", action="store_true", help="accept the licence without being asked"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_OUT,
        metavar="DIR",
        help="landing root to fill (default: data/course in the project)",
    )
    parser.add_argument(
        "--base-url",
        type=http_address,
        default=DEFAULT_BASE_URL,
        metavar="URL",
        help="address of the folder that holds customer/landing/… (default: the course's "
        "public repository)",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that differ from the published ones"
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        default=MANIFEST,
        metavar="CSV",
        help="path, bytes and sha256 of every file (default: beside this script)",
    )
    return parser.parse_args(argv)


def run(arguments: argparse.Namespace, network: Network) -> int:
    """Ask, download, report; return the exit code. Raises FetchError."""
    if not licence_accepted(arguments.accept_licence):
        return 2
    files = read_manifest(arguments.manifest)
    downloaded = fetch(files, arguments.out, arguments.base_url, arguments.overwrite, network)
    kept = len(files) - downloaded
    out = shown(arguments.out)
    print(f"{out}: {len(files)} files, all right ({downloaded} downloaded, {kept} kept)")
    print(f"Build with them: STEDI_LANDING={out} STEDI_PUBLISHED_COUNTS=true make build")
    return 0


def main(argv: Sequence[str] | None = None, network: Network | None = None) -> int:
    """Run the command; return its exit code (see the top of this file)."""
    arguments = parse_arguments(argv)
    try:
        return run(arguments, network or Network())
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted: finished files are kept, run again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
