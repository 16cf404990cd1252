"""scripts/show_rejected.py: the rejected lines as delivered, found in their files."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lakehouse_reader import Problem
from landing_generator import cli as generator
from rejected_lines import matching
from rejected_lines.cli import WARNING, WIDEST, main, render
from rejected_lines.landing import opened, read_lines
from rejected_lines.matching import RejectedLine

from tests.support.lakehouse import PROJECT, Lakehouse, failure
from tests.support.records import ANA, T, customer, encoded, reading, vector, write

MODELS = ("stg_customer", "stg_accelerometer", "stg_step_trainer", "rejected_records")
FEEDS = ("customer", "accelerometer", "step_trainer")

Shown = list[tuple[str, str, str]]


def build(lakehouse: Lakehouse, root: Path) -> None:
    result = lakehouse.dbt("run", "--select", *MODELS, landing=root)
    assert result.success, failure(result)


@pytest.fixture
def show(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Shown, str]]:
    """A function: options -> exit code, rows shown, what stderr says."""

    def run(*options: str) -> tuple[int, Shown, str]:
        capfd.readouterr()
        code = main(list(options))
        shown, said = capfd.readouterr()
        return code, [tuple(line.split("\t")) for line in shown.splitlines()], said

    return run


def usable(feed: str, number: int) -> bytes:
    """A line of a feed that counts."""
    records = {
        "customer": customer(f"p{number}@example.com", f"s-{number}", T, T),
        "accelerometer": vector(ANA, T + number),
        "step_trainer": reading("s-ana", T + number),
    }
    return encoded(records[feed])


# What a feed's files hold, and for each its rejected lines: number -> reasons.
BROKEN = b'{"user": "cut'
NO_USER = encoded({"timestamp": T, "x": 0, "y": 0, "z": 0})
OTHER = usable("accelerometer", 1)
TRICKY: dict[str, tuple[bytes, dict[int, str]]] = {
    "plain.json": (
        b"\n".join([OTHER, BROKEN, b"", OTHER, NO_USER, b" \t\x0b\x0c\r", BROKEN, NO_USER, b""]),
        {2: "unreadable_json", 5: "missing_user", 7: "unreadable_json", 8: "missing_user"},
    ),
    "crlf.json": (
        b"\r\n".join([b"  " + OTHER + b"\t", BROKEN, NO_USER + b" ", b""]),
        {2: "unreadable_json", 3: "missing_user"},
    ),
    "bom.json": (
        b"\xef\xbb\xbf" + OTHER + b"\n" + OTHER + b"\n\xef\xbb\xbf" + OTHER + b"\n",
        {1: "unreadable_json", 3: "unreadable_json"},
    ),
    "open.json": (OTHER + b"\n" + OTHER[:-1], {2: "unreadable_json"}),
    "bytes.json": (
        b'{"a": "\xff"}\n' + OTHER + b'\n\x00\n{"a": "\xed\xa0\x80"}\n',
        {1: "unreadable_json", 3: "unreadable_json", 4: "unreadable_json"},
    ),
    "one byte": (b"7", {1: "unreadable_json"}),
    "it's [1]*.json": (b"[]\n" + OTHER + b"\n" + OTHER, {1: "unreadable_json"}),
    "zip.json.gz": (
        gzip.compress(OTHER + b"\n") + gzip.compress(BROKEN + b"\n" + NO_USER),
        {2: "unreadable_json", 3: "missing_user"},
    ),
    "good.json": (OTHER + b"\n" + OTHER + b"\n", {}),
    "empty.json": (b"", {}),
    "long.json": (
        OTHER[:-1] + b"," + b" " * (16 << 20) + b'"a":1}\n' + OTHER,
        {1: "unreadable_json"},
    ),
}


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landing root with the tricky files as the phone's."""
    root = tmp_path_factory.mktemp("tricky") / "landing"
    for name, (content, _) in TRICKY.items():
        write(root / "accelerometer/landing" / name, content)
    for feed in ("customer", "step_trainer"):
        write(root / feed / "landing/part-1.json", usable(feed, 1) + b"\n")
    return root


def test_the_lines_and_reasons_are_those_of_the_dirt(
    lakehouse: Lakehouse, tmp_path: Path, show: Callable
) -> None:
    root = tmp_path / "landing"
    dirty = ("--customers", "40", "--dirt", "0.2", "--versions", "0.3", "--arrival")
    assert generator.main(["--out", str(root), *dirty]) == 0
    build(lakehouse, root)
    expected = json.loads((root / "_generated.json").read_text())["reject_reasons"]
    code, rows, _ = show("--limit", "0")
    assert code == 0
    for feed in FEEDS:
        found = Counter(reasons for place, reasons, _ in rows if place.startswith(f"{feed}/"))
        assert found == expected[feed]
    assert len(rows) == sum(sum(reasons.values()) for reasons in expected.values())


def test_every_line_is_found_where_it_stands(
    lakehouse: Lakehouse, tricky: Path, show: Callable
) -> None:
    build(lakehouse, tricky)
    code, rows, said = show("--limit", "0")
    assert code == 0
    expected = [
        (f"accelerometer/landing/{name}:{number}", reasons)
        for name in sorted(TRICKY)
        for number, reasons in TRICKY[name][1].items()
    ]
    assert [row[:2] for row in rows] == expected
    assert said.splitlines() == [
        WARNING,
        f"{len(expected)} rejected lines in {sum(bool(row[1]) for row in TRICKY.values())} files "
        f"of {lakehouse.database}",
    ]
    lines = {row[0].removeprefix("accelerometer/landing/"): row[2] for row in rows}
    assert lines["plain.json:2"] == BROKEN.decode()
    assert lines["plain.json:8"] == NO_USER.decode()
    assert lines["bytes.json:1"] == '{"a": "\\xff"}'
    assert lines["bytes.json:3"] == "\\x00"
    assert lines["bom.json:3"] == "\\ufeff" + OTHER.decode()
    assert lines["zip.json.gz:3"] == NO_USER.decode()
    assert lines["long.json:1"].startswith(OTHER.decode()[:-1] + ",   ")
    assert lines["long.json:1"].endswith(f"… ({(16 << 20) + len(OTHER) + 6:,} bytes)")
    assert len(lines["long.json:1"]) < WIDEST + 30


def test_equal_lines_are_told_apart_by_their_number() -> None:
    """As DuckDB misreads a last line without a line end in a large file: the last one is meant."""

    class Stand:
        ends_lines_at_cr = drops_byte_order_mark = False

    file = matching.RejectedFile("customer", "f", {}, unreadable_count=1)
    digest = matching.hashlib.sha256(b"same").digest()
    found = matching.find_in_file(
        Stand(), opener({"f": b"same\nsame\nsame"}), file, frozenset(), Counter({digest: 2})
    )
    assert [line.number for line in found] == [3]


def opener(files: dict[str, bytes]) -> Callable:
    return lambda path: io.BytesIO(files[path])


@pytest.mark.parametrize(
    ("content", "at_cr", "drops_mark", "expected"),
    [
        (b"a\rb\r\n\rc\n", False, False, [(1, b"a\rb"), (2, b"c")]),
        (b"a\rb\r\n\rc\n", True, False, [(1, b"a"), (1, b"b"), (2, b"c")]),
        (b"\xef\xbb\xbf \na", False, False, [(1, b"\xef\xbb\xbf"), (2, b"a")]),
        (b"\xef\xbb\xbf \na", True, True, [(2, b"a")]),
        (b"a\n\xef\xbb\xbfb", True, True, [(1, b"a"), (2, b"\xef\xbb\xbfb")]),
        (b"\x85\n\xc2\xa0", False, False, [(1, b"\x85"), (2, b"\xc2\xa0")]),
    ],
)
def test_lines_are_those_of_the_engine(
    content: bytes, at_cr: bool, drops_mark: bool, expected: list
) -> None:
    lines = list(read_lines(opener({"f": content})("f"), at_cr, drops_mark))
    assert [(line.number, line.record) for line in lines] == expected


def test_a_dropped_byte_order_mark_is_shown() -> None:
    (line,) = read_lines(opener({"f": b"\xef\xbb\xbf a \n"})("f"), True, True)
    assert (line.record, line.delivered) == (b"a", b"\xef\xbb\xbf a")


def write_small(root: Path) -> None:
    """Two rejected lines in each of two files of phone readings, one in a customer's."""
    for name in ("a.json", "ba.json"):
        content = b"\n".join([BROKEN + name.encode(), OTHER, NO_USER, b""])
        write(root / "accelerometer/landing" / name, content)
    write(root / "customer/landing/a.json", encoded({"phone": "1"}) + b"\n")


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
    ("options", "expected"),
    [
        ([], ALL),
        (["--feed", "accelerometer"], ALL[1:]),
        (["--feed", "step_trainer"], []),
        (["--reason", "unreadable_json"], [ALL[1], ALL[3]]),
        (["--reason", "missing_user"], [ALL[2], ALL[4]]),
        (["--reason", "missing_user", "--reason", "missing_email"], [ALL[0], ALL[2], ALL[4]]),
        (["--reason", "missing"], []),
        (["--file", "a.json"], ALL[:3]),
        (["--file", "accelerometer/landing/ba.json"], ALL[3:]),
        (["--file", "json"], []),
    ],
)
def test_filters(built: Path, show: Callable, options: list[str], expected: list[str]) -> None:
    code, rows, said = show(*options)
    assert code == 0
    assert [row[0] for row in rows] == expected
    count = {0: "none of 5 rejected lines of ", 1: "1 rejected line in"}
    assert said.splitlines()[1].startswith(
        count.get(len(expected), f"{len(expected)} rejected lines")
    )


def test_limit_says_what_is_missing(built: Path, show: Callable) -> None:
    code, rows, said = show("--limit", "2")
    assert [row[0] for row in rows] == ALL[:2]
    assert "; the first 2 are shown (--limit 0 shows all)" in said
    assert said.splitlines()[1].startswith("5 rejected lines in 3 files of ")
    assert code == 0


def test_lines_are_cut_and_escaped() -> None:
    long = b"x\x1b[31m" + "é".encode() * 1000 + b"\xff"
    line = RejectedLine("customer", "a\tb", 7, "unreadable_json", long)
    place, reasons, text = render(line, is_full=False)
    assert (place, reasons) == ("a\\tb:7", "unreadable_json")
    assert text == f"x\\x1b[31m{'é' * (WIDEST - 6)}… (2,007 bytes)"
    assert list(render(line, is_full=True))[2] == f"x\\x1b[31m{'é' * 1000}\\xff"


def add_a_line(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"{personal data\n")


def repair(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(NO_USER, OTHER))


@pytest.mark.parametrize("happens", [add_a_line, repair])
def test_a_file_that_has_changed_is_not_shown(
    built: Path, show: Callable, happens: Callable[[Path], None]
) -> None:
    happens(built / "accelerometer/landing/ba.json")
    code, rows, said = show()
    assert code == 1
    assert [row[0] for row in rows] == ALL[:3]
    (error,) = [line for line in said.splitlines() if line.startswith("error: ")]
    assert "landing/ba.json is not as the build has read it" in error
    assert "personal" not in error


def test_a_file_that_is_gone_is_named(built: Path, show: Callable) -> None:
    (built / "customer/landing/a.json").unlink()
    code, rows, said = show("--feed", "customer")
    assert (code, rows) == (1, [])
    assert "error: customer/landing/a.json is not below the landing root: set STEDI_LANDING" in said


def test_a_gzip_file_that_is_cut_is_named() -> None:
    cut = {"a.json.gz": gzip.compress(b"{" * 1000)[:-9]}
    with (
        pytest.raises(Problem, match=r"^a\.json\.gz cannot be read: "),
        opened("a.json.gz", opener(cut)) as file,
    ):
        list(file)


def test_wrong_settings_are_said(
    built: Path, show: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEDI_LANDING", "s3://bucket/prefix")
    code, _, said = show()
    assert code == 2 and "with --target local the landing root is a folder" in said
    monkeypatch.setenv("STEDI_DUCKDB", "/nowhere.duckdb")
    code, _, said = show()
    assert code == 1 and "there is no /nowhere.duckdb: run make build" in said
    with pytest.raises(SystemExit) as stopped:
        main(["--limit", "-1"])
    assert stopped.value.code == 2


def test_the_reader_may_go_away(built: Path) -> None:
    command = f"{sys.executable} {PROJECT}/scripts/show_rejected.py --limit 0; echo code $? >&2"
    shown = subprocess.run(
        ["bash", "-c", f"({command}) | head -c 1"], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "c"
    assert "Traceback" not in shown.stderr
    assert "Exception ignored" not in shown.stderr


def test_many_files_are_looked_at_in_batches(
    built: Path, show: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    original = matching.usable_hashes

    def count(engine: object, files: list) -> dict:
        sizes.append([file.path for file in files])
        return original(engine, files)

    monkeypatch.setattr(matching, "usable_hashes", count)
    monkeypatch.setattr(matching, "MOST_HASHES", 1)
    assert [row[0] for row in show()[1]] == ALL
    assert [len(batch) for batch in sizes] == [1, 1, 1]


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(PROJECT)
    yield
