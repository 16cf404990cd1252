"""scripts/show_rejected.py: the rejected lines as delivered, found in their files."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import show_rejected
from botocore.response import StreamingBody
from landing_generator import cli as generator
from show_rejected import WARNING, WIDEST, Line, RejectedFile, read_lines, render
from stedi.command import Problem

from tests.support.lakehouse import PROJECT, Lakehouse, failure

MODELS = ("stg_customer", "stg_accelerometer", "stg_step_trainer", "rejected_records")
T = 1_655_563_000_000

Shown = list[tuple[str, str, str]]
Show = Callable[..., tuple[int, Shown, list[str]]]


def build(lakehouse: Lakehouse, root: Path) -> None:
    result = lakehouse.dbt("run", "--select", *MODELS, landing=root)
    assert result.success, failure(result)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def show(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Show:
    """A function: options -> exit code, rows shown, lines on stderr after the warning."""
    monkeypatch.chdir(PROJECT)

    def run(*options: str) -> tuple[int, Shown, list[str]]:
        capfd.readouterr()
        code = show_rejected.main(list(options))
        shown, said = capfd.readouterr()
        assert said.splitlines()[0] == WARNING
        return code, [tuple(line.split("\t")) for line in shown.splitlines()], said.splitlines()[1:]

    return run


# What files of a feed hold, and for each its rejected lines: number -> reasons.
BROKEN = b'{"user": "cut'
NO_USER = b'{"timestamp": %d, "x": 0, "y": 0, "z": 0}' % T
USABLE = b'{"user": "ana@example.com", "timestamp": %d, "x": 0, "y": 0, "z": 0}' % T
TRICKY: dict[str, tuple[bytes, dict[int, str]]] = {
    "plain.json": (
        b"\n".join([USABLE, BROKEN, b"", USABLE, NO_USER, b" \t\x0b\x0c\r", BROKEN, NO_USER, b""]),
        {2: "unreadable_json", 5: "missing_user", 7: "unreadable_json", 8: "missing_user"},
    ),
    "crlf.json": (
        b"\r\n".join([b"  " + USABLE + b"\t", BROKEN, NO_USER + b" ", b""]),
        {2: "unreadable_json", 3: "missing_user"},
    ),
    "bom.json": (
        b"\xef\xbb\xbf" + USABLE + b"\n" + USABLE + b"\n\xef\xbb\xbf" + USABLE + b"\n",
        {1: "unreadable_json", 3: "unreadable_json"},
    ),
    "open.json": (USABLE + b"\n" + USABLE[:-1], {2: "unreadable_json"}),
    "bytes.json": (
        b'{"a": "\xff"}\n' + USABLE + b'\n\x00\n{"a": "\xed\xa0\x80"}\n',
        {1: "unreadable_json", 3: "unreadable_json", 4: "unreadable_json"},
    ),
    "a byte": (b"7", {1: "unreadable_json"}),
    "it's [1]*.json": (b"[]\n" + USABLE + b"\n" + USABLE, {1: "unreadable_json"}),
    "zip.json.gz": (
        gzip.compress(USABLE + b"\n") + gzip.compress(BROKEN + b"\n" + NO_USER),
        {2: "unreadable_json", 3: "missing_user"},
    ),
    "good.json": (USABLE + b"\n" + USABLE + b"\n", {}),
    "long.json": (
        USABLE[:-1] + b"," + b" " * (16 << 20) + b'"a":1}\n' + USABLE,
        {1: "unreadable_json"},
    ),
}


def owned(content: bytes, name: str) -> bytes:
    """A file's content as only this file has it."""
    return content.replace(b"ana@", b"%s@" % name[:3].encode())


def test_the_lines_and_reasons_are_those_of_the_dirt(
    lakehouse: Lakehouse, tmp_path: Path, show: Show
) -> None:
    root = tmp_path / "landing"
    dirty = ("--customers", "40", "--dirt", "0.2", "--versions", "0.3", "--arrival")
    assert generator.main(["--out", str(root), *dirty]) == 0
    build(lakehouse, root)
    expected = json.loads((root / "_generated.json").read_text())["reject_reasons"]
    code, rows, _ = show("--limit", "0")
    assert code == 0
    found = {feed: Counter() for feed in expected}
    for place, reasons, _ in rows:
        found[place.split("/")[0]][reasons] += 1
    assert found == expected


def test_every_line_is_found_where_it_stands(
    lakehouse: Lakehouse, tmp_path: Path, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (content, _) in TRICKY.items():
        write(tmp_path / "landing/accelerometer/landing" / name, owned(content, name))
    build(lakehouse, tmp_path / "landing")
    monkeypatch.setattr(show_rejected, "MOST_FILES", 3)  # several queries
    code, rows, said = show("--limit", "0")
    assert code == 0
    expected = [
        (f"accelerometer/landing/{name}:{number}", reasons)
        for name in sorted(TRICKY)
        for number, reasons in TRICKY[name][1].items()
    ]
    assert [row[:2] for row in rows] == expected
    assert said == [f"{len(expected)} rejected lines in 9 files of {lakehouse.database}"]
    lines = {row[0].removeprefix("accelerometer/landing/"): row[2] for row in rows}
    assert lines["plain.json:2"] == BROKEN.decode()
    assert lines["plain.json:8"] == NO_USER.decode()
    assert lines["bytes.json:1"] == '{"a": "\\xff"}'
    assert lines["bytes.json:3"] == "\\x00"
    assert lines["bom.json:3"] == "\\ufeff" + owned(USABLE, "bom.json").decode()
    assert lines["zip.json.gz:3"] == NO_USER.decode()
    long = owned(USABLE, "long.json")
    assert lines["long.json:1"].startswith(long.decode()[:-1] + ",   ")
    assert lines["long.json:1"].endswith(f"… ({(16 << 20) + len(long) + 6:,} bytes)")
    assert len(lines["long.json:1"]) < WIDEST + 30


@pytest.mark.parametrize(
    ("content", "as_athena", "expected"),
    [
        (b"a\rb\r\n\rc\n", False, [(1, b"a\rb"), (2, b"c")]),
        (b"a\rb\r\n\rc\n", True, [(1, b"a"), (1, b"b"), (2, b"c")]),
        (b"\xef\xbb\xbf \na", False, [(1, b"\xef\xbb\xbf"), (2, b"a")]),
        (b"\xef\xbb\xbf \na", True, [(2, b"a")]),
        (b"a\n\xef\xbb\xbfb", True, [(1, b"a"), (2, b"\xef\xbb\xbfb")]),
        (b"\x85\n\xc2\xa0", False, [(1, b"\x85"), (2, b"\xc2\xa0")]),
    ],
)
def test_lines_are_those_of_the_engine(content: bytes, as_athena: bool, expected: list) -> None:
    lines = read_lines("f", lambda _: io.BytesIO(content), as_athena)
    assert [(line.number, line.record) for line in lines] == expected


def test_a_dropped_byte_order_mark_is_shown() -> None:
    (line,) = read_lines("f", lambda _: io.BytesIO(b"\xef\xbb\xbf a \n"), True)
    assert (line.record, line.delivered) == (b"a", b"\xef\xbb\xbf a")


def test_of_equal_lines_the_last_is_the_unreadable_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As DuckDB misreads a last line without a line end in a large file."""
    file = RejectedFile("customer", "f", {"unreadable_json": ("unreadable_json", 1)})
    usable = Counter({show_rejected.hashlib.sha256(b"same").hexdigest(): 2})
    monkeypatch.setattr(show_rejected, "with_usable", lambda *_: [(file, usable)])
    found = show_rejected.find_lines(
        Lakehouse, lambda _: io.BytesIO(b"same\nsame\nsame"), [file], frozenset()
    )
    assert [line.number for _, line, _ in found] == [3]


def write_small(root: Path) -> None:
    """Two rejected lines in each of two files of phone readings, one in a customer's."""
    for name in ("a.json", "ba.json"):
        content = b"\n".join([BROKEN + name.encode(), USABLE, NO_USER, b""])
        write(root / "accelerometer/landing" / name, content)
    write(root / "customer/landing/a.json", b'{"phone": "1"}\n')


@pytest.fixture(scope="module")
def small(lakehouse: Lakehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with that landing root, and the database that was built from it."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder / "landing")
    build(lakehouse, folder / "landing")
    shutil.copy(lakehouse.database, folder / "small.duckdb")
    return folder


@pytest.fixture
def built(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The landing root as it was built, whatever the test before has done to it."""
    write_small(small / "landing")
    monkeypatch.setenv("STEDI_LANDING", str(small / "landing"))
    monkeypatch.setenv("STEDI_DUCKDB", str(small / "small.duckdb"))
    return small / "landing"


ALL = [
    "customer/landing/a.json:1",
    *(f"accelerometer/landing/{name}.json:{number}" for name in ("a", "ba") for number in (1, 3)),
]


@pytest.mark.parametrize(
    ("options", "expected", "files"),
    [
        ([], ALL, 3),
        (["--feed", "accelerometer"], ALL[1:], 2),
        (["--feed", "step_trainer"], [], 0),
        (["--reason", "unreadable_json"], [ALL[1], ALL[3]], 2),
        (["--reason", "missing_user"], [ALL[2], ALL[4]], 2),
        (["--reason", "missing_user", "--reason", "missing_email"], [ALL[0], ALL[2], ALL[4]], 3),
        (["--file", "a.json"], ALL[:3], 2),
        (["--file", "accelerometer/landing/ba.json"], ALL[3:], 1),
    ],
)
def test_filters(built: Path, show: Show, options: list[str], expected: list, files: int) -> None:
    code, rows, said = show(*options)
    assert code == 0
    assert [row[0] for row in rows] == expected
    assert said[0].startswith(f"{len(expected)} rejected lines in {files} files of ")


@pytest.mark.parametrize(
    ("options", "of"),
    [
        (["--reason", "missing"], "5 rejected lines of /"),
        (["--file", "json"], "5 rejected lines of /"),
        (["--feed", "customer", "--reason", "missing_user"], "1 rejected lines of customer "),
    ],
)
def test_filters_that_match_nothing_are_an_error(
    built: Path, show: Show, options: list[str], of: str
) -> None:
    code, rows, said = show(*options)
    assert (code, rows) == (1, [])
    assert f"none of {of}" in said[-1] and "is as asked for: correct --file or --reason" in said[-1]


def test_limit_says_what_is_missing(built: Path, show: Show) -> None:
    code, rows, said = show("--limit", "2")
    assert (code, [row[0] for row in rows]) == (0, ALL[:2])
    assert said[0].startswith("5 rejected lines in 3 files of ")
    assert said[0].endswith("; the first 2 are shown (--limit 0 shows all)")


def test_lines_are_cut_and_escaped() -> None:
    long = b"x\x1b[31m" + "é".encode() * 1000 + b"\xff"
    file, line = RejectedFile("customer", "a\tb"), Line(7, long, long)
    cut = f"a\\tb:7\tunreadable_json\tx\\x1b[31m{'é' * (WIDEST - 6)}… (2,007 bytes)\n"
    assert render(file, line, "unreadable_json", is_full=False) == cut
    full = f"a\\tb:7\tunreadable_json\tx\\x1b[31m{'é' * 1000}\\xff\n"
    assert render(file, line, "unreadable_json", is_full=True) == full


@pytest.mark.parametrize(
    "change",
    [(b"", b"{personal data\n"), (NO_USER, USABLE), (BROKEN + b"ba.json", b" ")],
    ids=["a line more", "repaired", "a line less"],
)
def test_a_file_that_has_changed_is_not_shown(built: Path, show: Show, change: tuple) -> None:
    path = built / "accelerometer/landing/ba.json"
    path.write_bytes(path.read_bytes().replace(*change, 1))
    code, rows, said = show()
    assert code == 1
    assert [row[0] for row in rows] == ALL[:3]
    assert "error: accelerometer/landing/ba.json is not as the build has read it" in said[-1]
    assert "personal" not in said[-1]


def test_a_file_that_is_gone_is_named(built: Path, show: Show) -> None:
    (built / "customer/landing/a.json").unlink()
    code, rows, said = show("--feed", "customer")
    assert (code, rows) == (1, [])
    assert "customer/landing/a.json is not below the landing root: set STEDI_LANDING" in said[0]


def test_a_gzip_file_that_is_cut_is_named() -> None:
    cut = gzip.compress(b"{" * 1000)[:-9]
    with pytest.raises(Problem, match=r"^a\.json\.gz cannot be read: "):
        list(read_lines("a.json.gz", lambda _: io.BytesIO(cut), False))


def test_an_object_that_breaks_off_is_named() -> None:
    body = StreamingBody(io.BytesIO(b"{"), content_length=2)
    with pytest.raises(Problem, match=r"^a\.json cannot be read: "):
        list(read_lines("a.json", lambda _: io.BufferedReader(body), False))


def test_wrong_settings_are_said(built: Path, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEDI_LANDING", "s3://bucket/prefix")
    code, _, said = show()
    assert code == 2 and "with --target local it is a folder" in said[0]
    monkeypatch.setenv("STEDI_DUCKDB", "/nowhere.duckdb")
    code, _, said = show()
    assert code == 1 and "there is no /nowhere.duckdb: run make build" in said[0]


def test_the_reader_may_go_away(built: Path) -> None:
    command = f"{sys.executable} {PROJECT}/scripts/show_rejected.py --limit 0"
    shown = subprocess.run(
        ["bash", "-c", f"({command}) | head -c 1"], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "c"
    assert "Traceback" not in shown.stderr
    assert "Exception ignored" not in shown.stderr
