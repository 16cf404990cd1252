"""Lines and files: what is a record, which files count, long and deep lines."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from tests.conformance.cases.registry import alone, case
from tests.support.records import (
    ANA,
    BO,
    Raw,
    T,
    ana,
    customer,
    encoded,
    feed,
    land,
    lines,
    one_walk,
    reading,
    vector,
    walk,
    write,
)

# ---- lines and files --------------------------------------------------------------------------


def broken_lines() -> list[bytes]:
    """Lines of an accelerometer file that are not one RFC 8259 object of UTF-8 text."""
    good = encoded(vector(ANA, T))
    body = good[1:-1]
    return [
        b"{", b"}", b"[]", b"[" + good + b"]", b"null", b"true", b"5", b'"text"', b"text", b"\0",
        b"NaN", good[:-1], good[1:], good + b"}", good + b",", good + good, good + b" " + good,
        b"," + good, b"{" + body + b",}", b"{," + body + b"}", b"{" + body + b" x}",
        good + b"//x", b"/**/" + good, b"#" + good, b"{" + body + b",\"a\":'b'}",
        b"{" + body + b",a:1}", b"{" + body + b',"a":01}', b"{" + body + b',"a":+1}',
        b"{" + body + b',"a":.5}', b"{" + body + b',"a":5.}', b"{" + body + b',"a":-}',
        b"{" + body + b',"a":1e}', b"{" + body + b',"a":0x1}', b"{" + body + b',"a":True}',
        b"{" + body + b',"a":nul}', b"{" + body + b',"a":}', b"{" + body + b',"a"}',
        b"{" + body + b',"a" 1}', b"{" + body + b',"a"::1}', b"{" + body + b',"a":"b}',
        b"{" + body + b',"a":"\t"}', b"{" + body + b',"a":"\\x"}', b"{" + body + b',"a":"\\u12"}',
        b"{" + body + b',"a":"\x01"}', b"{" + body + b',"a\t":1}', b"{" + body + b',"a":[1,]}',
        b"{" + body + b',"a":{"b":1,}}', b"{" + body + b',"a":[1 2]}', b"{" + body + b',"a":[}',
        b"{" + body + b',"a":[1}]}', b"{" + body + b',"a":NaN}', b"{" + body + b',"a":Infinity}',
        b"{" + body + b',"a":-Infinity}', b"{" + body + b',"a":[NaN]}',
        b"{" + body + b',"a":{"b":[-Infinity]}}', b"{" + body + b',"a":nan}',
        b"{" + body + b',"a":inf}', good.replace(b"0.0", b"NaN"), good.replace(b"0.0", b"Infinity"),
        good.replace(b"0.0", b"-Infinity"), good.replace(b"0.0", b"-NaN"),
        b"{" + body + b',"a":"\xff"}', b"{" + body + b',"a":"\xc3"}', b"{" + body + b',"\xe9":1}',
        b"{" + body + b',"a":"\xc0\xaf"}', b"{" + body + b',"a":"\xed\xa0\x80"}',
        b"{" + body + b',"a":"\xf4\x90\x80\x80"}', b"\xff" + good, good + b"\xfe",
        b"{" + body + b',"a":"\\ud800"}', b"{" + body + b',"a":"\\udc5f\\ud83d"}',
        b"{" + body + b',"a":"\\ud83d "}', b"{" + body + b',"\\udfff":1}',
        b"{" + body + b',"a":[{"b":"x\\uD800y"}]}', good.replace(b"ana@", b"\\ud800@"),
        b"\xef\xbb\xbf" + good, good + b"\xef\xbb\xbf", b"\xc2\xa0" + good, good + b"\xe2\x80\xa8",
        b"{\x0b" + body + b"}", b"{" + body + b"\x0c}", b"{\xc2\xa0" + body + b"}",
        good + b"\0", b"\0" + good, b"{\0" + body + b"}", b"\x1c", b"\xc2\xa0", b"\xe2\x80\x83",
    ]  # fmt: skip


def odd_lines() -> list[bytes]:
    """Lines of an accelerometer file that look odd and are one RFC 8259 object all the same."""
    good = encoded(vector(ANA, T))
    body = good[1:-1]
    return [
        b"{}", b"{ }", b"{\t" + body + b" }", body.join((b" { ", b" } ")),
        b"\x0b\x0c" + good + b"\x0c\x0b", b"{" + body + b',"a":"\\ud83d\\udc5f"}',
        b"{" + body + b',"a":"\\\\ud800"}', b"{" + body + b',"a":"\x7f\xc2\x85\xe2\x80\xa8"}',
        b"{" + body + b',"a":[ 1 , -0.5e+10 , { } , [ ] , "" ]}', b"{" + body + b',"a":1e999}',
        b"{" + body + b',"a":"NaN, Infinity"}', b"{" + body + b',"NaN":1}',
        b"{" + body + b',"a":"//x,}"}', good.replace(b":", b" : ").replace(b",", b" ,\t"),
    ]  # fmt: skip


@case
def lines_that_are_not_one_object(root: Path) -> None:
    """Every broken line is one unreadable row, in the middle of good ones."""
    land(root, [ana(T, T)], [], [reading("s-ana", T)])
    feed(
        root, "accelerometer", [vector(ANA, T, 5), *broken_lines(), *odd_lines(), vector(ANA, T, 6)]
    )


@alone
def broken_lines_alone_in_a_file(root: Path) -> None:
    """The same, each in a file of its own and without a line end, so that none hides another."""
    land(root, [ana(T, T)], [vector(ANA, T, 5)], [reading("s-ana", T)])
    for n, line in enumerate(broken_lines() + odd_lines()):
        if not line.startswith(b"\xef\xbb\xbf"):
            feed(root, "accelerometer", [line], file=f"bad-{n:03}.json", last_end=False)


@case
def unreadable_lines_of_every_feed(root: Path) -> None:
    """Also where nothing else is there."""
    land(root, ["x", ana(T, T), "{"], ["x", vector(ANA, T), b"\xff"], [b"[1]", reading("s-ana", T)])


@alone
def unreadable_lines_only(root: Path) -> None:
    """All tables but staging are empty."""
    land(root, ["x"], ["{", "y"], ["[]"])


@alone
def lines_and_line_ends(root: Path) -> None:
    """LF, CRLF, no end at the last line, blank lines, and white space around records."""
    good = [encoded(vector(ANA, T + n)) for n in range(9)]
    files = {
        "lf.json": good[0] + b"\n" + good[1] + b"\n",
        "crlf.json": good[0] + b"\r\n" + good[2] + b"\r\n",
        "mixed.json": good[3] + b"\n" + good[3] + b"\r\n" + good[3],
        "no_end.json": good[4],
        "crlf_no_end.json": good[0] + b"\r\n" + good[4],
        "blank.json": b"\n\n \n\t\n\r\n\v\n\f\n \t\v\f\r\n" + good[5] + b"\n\n\r\n \t\v\f",
        "around.json": b"  \t" + good[6] + b" \v\f\r\n\v\f " + good[7] + b"\t\t\n",
        "only_blank.json": b" \n\t\r\n\n",
        "one_newline.json": b"\n",
        "empty.json": b"",
        "not_blank.json": b"\xc2\xa0\n\xe3\x80\x80\n\x1c\n\x1f\n\xc2\x85\n\0\n\x08\n" + good[8],
    }
    land(root, [ana(T, T)], [], [reading("s-ana", T + n) for n in range(9)])
    for name, data in files.items():
        write(root / "accelerometer" / "landing" / name, data)


@case
def bom_in_front_of_later_lines(root: Path) -> None:
    """A byte order mark in front of a record makes it unreadable."""
    bom = b"\xef\xbb\xbf"
    records = [vector(ANA, T), bom + encoded(vector(ANA, T + 1)), vector(ANA, T + 2), bom]
    land(root, [ana(T, T)], records, [reading("s-ana", T + n) for n in range(3)])


@alone
def bom_at_the_start_of_a_file(root: Path) -> None:
    """The first line is unreadable here; an engine that drops the mark may read it."""
    first = b"\xef\xbb\xbf" + encoded(vector(ANA, T + 1))
    one_walk(root)
    feed(root, "accelerometer", [first, vector(ANA, T + 2)], file="bom.json")


@alone
def files_that_count_and_files_that_do_not(root: Path) -> None:
    """Names that begin with _ or . are skipped, files and folders; every other name counts."""
    one_walk(root)
    names = [
        "no_extension", "upper.JSON", "data.txt", "two words.json", "quote'.json", "x_.json",
        "per%20cent.json", "plus+.json", "comma,.json", "paren(1).json", "equals=1.json",
        "caf\u00e9.json", "hash#.json", "at@.json", "a.b.c.json", "-dash.json", "tilde~",
        "dollar$.json", "amp&.json", "semi;.json", "success_", "x.json.1", "ingest_date",
    ]  # fmt: skip
    for n, name in enumerate(names):
        feed(root, "accelerometer", [vector(ANA, T, n)], file=name)
    for n, name in enumerate(
        ["_SUCCESS", ".hidden.json", "_x.json", "._x.json", ".x.json.gz", "__"]
    ):
        feed(root, "accelerometer", [vector(ANA, T, 1000 + n)], file=name)
    for n, name in enumerate(
        ["_tmp/x.json", ".spark/a/b.json", "_a/ingest_date=x/y.json", "_b/_c"]
    ):
        feed(root, "accelerometer", [vector(ANA, T, 2000 + n)], file=name)
    write(root / "accelerometer" / "landing" / "_broken.json.gz", b"not gzip")


@alone
def markers_of_folders(root: Path) -> None:
    """S3's empty `…_$folder$` is no file, in either layout; one that holds lines is."""
    one_walk(root)
    days = root / "customer" / "landing"
    (days / "part-1.json").unlink()
    feed(root, "customer", [ana(T, T)], file="ingest_date=2022-06-18/part-1.json")
    write(days / "ingest_date=2022-06-18_$folder$", b"")
    write(days / "ingest_date=2022-06-18" / "hour=1_$folder$", b"")
    write(root / "step_trainer" / "landing" / "old_$folder$", b"")
    feed(root, "accelerometer", [vector(ANA, T, 1)], file="full_$folder$")
    write(root / "customer" / "landing_$folder$", b"")


@alone
def names_that_look_compressed(root: Path) -> None:
    """Only an ending in .gz is a compression; hidden names are not even looked at."""
    one_walk(root)
    names = ["x.gzip", "x.zip", "x.zstd", "x.tgz", "x.bz", "x.zst.json", "gz", "zst", "x.zst~"]
    for n, name in enumerate(names):
        feed(root, "accelerometer", [vector(ANA, T, n)], file=name)
    for name in ["_x.zst", ".x.bz2", "_tmp/x.GZ"]:
        write(root / "accelerometer" / "landing" / name, b"not compressed\n")


@alone
def files_of_one_byte(root: Path) -> None:
    """A single byte is a record unless it is white space, gzipped or not."""
    one_walk(root)
    folder = root / "accelerometer" / "landing"
    for n, byte in enumerate([b"x", b"{", b"\n", b" ", b"\xff"]):
        write(folder / f"plain-{n}.json", byte)
        write(folder / f"packed-{n}.gz", gzip.compress(byte, mtime=0))
    packed = [gzip.compress(part, mtime=0) for part in (b"", b"x", encoded(vector(ANA, T, 9)))]
    write(folder / "parts-1.gz", packed[0] + packed[1])
    write(folder / "parts-2.gz", packed[2] + gzip.compress(b"\n", mtime=0) + packed[1])


@alone
def file_names_with_glob_characters(root: Path) -> None:
    """A name means itself, whatever it would match as a pattern."""
    one_walk(root)
    names = ["star*.json", "what?.json", "bracket[1].json", "brace{1,2}.json", "bracket1.json"]
    for n, name in enumerate(names):
        feed(root, "accelerometer", [vector(ANA, T, n)], file=name)


@alone
def files_beside_the_landing(root: Path) -> None:
    """What lies beside the landing folders is none of the build's business."""
    one_walk(root)
    for path in ["readme.txt", "customer/x.json", "customer/archive/x.json", "other/landing/x.json",
                 "step_trainer/landing.json", "landing/x.json"]:  # fmt: skip
        write(root / path, encoded(customer(BO, "s-bo", T, T)) + b"\n")


@alone
def gzipped_files(root: Path) -> None:
    """A .gz file is gunzipped: several members, CRLF, no last end, empty content."""
    one_walk(root)
    folder = root / "accelerometer" / "landing"

    def packed(*records: Any, **how: Any) -> bytes:
        return gzip.compress(lines(list(records), **how), mtime=0)

    write(folder / "a.json.gz", packed(vector(ANA, T, 2), "{", vector(ANA, T, 3)))
    write(folder / "b.gz", packed(vector(ANA, T, 4), vector(ANA, T, 5), end=b"\r\n"))
    write(folder / "c.json.gz", packed(vector(ANA, T, 6), last_end=False))
    write(folder / "d.json.gz", packed(vector(ANA, T, 7)) + packed(vector(ANA, T, 8), b"\xff"))
    write(folder / "e.json.gz", packed())
    write(folder / "f.json.gz", packed(b" ", b"\r"))
    write(root / "customer" / "landing" / "z.json.gz", packed(customer(BO, "s-bo", T, T)))
    write(root / "step_trainer" / "landing" / "z.json.gz", packed(reading("s-bo", T)))
    feed(root, "accelerometer", [vector(BO, T)], file="gz")


@alone
def record_across_two_files(root: Path) -> None:
    """A file's end ends its last line: two halves are two unreadable rows."""
    one_walk(root)
    half = encoded(vector(ANA, T, 9))
    feed(root, "accelerometer", [vector(ANA, T, 8), half[:20]], file="x-1.json", last_end=False)
    feed(root, "accelerometer", [half[20:], vector(ANA, T, 7)], file="x-2.json")


@alone
def landing_by_arrival(root: Path) -> None:
    """Days in folders; the order of days means nothing to versions or duplicates."""
    days = ["2022-06-18", "2022-06-19", "2024-02-29", "1999-12-31"]
    customers = [[ana(T + 50)], [ana(T, T), customer(BO, "s-bo", T, T)], [ana(T + 90, T + 80)], []]
    for n, (day, records) in enumerate(zip(days, customers, strict=True)):
        feed(root, "customer", records, file=f"ingest_date={day}/part.json")
        vectors, readings = walk(ANA, "s-ana", [T + ms for ms in (0, 49, 50, 79, 80, 90 + n)])
        feed(root, "accelerometer", vectors, file=f"ingest_date={day}/part.json")
        feed(root, "accelerometer", vectors[:2], file=f"ingest_date={day}/_part.json")
        feed(root, "step_trainer", readings, file=f"ingest_date={day}/part.json")
    more = gzip.compress(lines([vector(BO, T), "{"]), mtime=0)
    write(root / "accelerometer/landing/ingest_date=2022-06-19/more.json.gz", more)
    feed(root, "step_trainer", [reading("s-bo", T)], file="ingest_date=2022-06-19/.hidden/x.json")
    feed(root, "step_trainer", [reading("s-bo", T)], file="_tmp/ingest_date=2022-06-19/x.json")


@alone
def feeds_of_different_layout(root: Path) -> None:
    """One feed flat, one by arrival; hidden names do not mix a layout."""
    one_walk(root)
    feed(root, "customer", [ana(T + 5)], file="_ingest_date=2022-06-18/x.json")
    for path in (root / "accelerometer" / "landing").iterdir():
        path.unlink()
    vectors = walk(ANA, "s-ana", [T, T + 1])[0]
    feed(root, "accelerometer", vectors, file="ingest_date=2022-06-18/x.json")
    feed(root, "accelerometer", vectors, file="_x.json")


@alone
def customers_only(root: Path) -> None:
    """Two feeds are missing and therefore empty."""
    feed(root, "customer", [ana(T, T), customer(BO, "s-bo", T)])


@alone
def readings_only(root: Path) -> None:
    """The customers are missing: nobody is known, and nothing is published."""
    vectors, readings = walk(ANA, "s-ana", [T, T + 1])
    feed(root, "accelerometer", vectors)
    feed(root, "step_trainer", readings)


@alone
def device_readings_are_missing(root: Path) -> None:
    """Everything but the device tables is built."""
    feed(root, "customer", [ana(T, T)])
    feed(root, "accelerometer", walk(ANA, "s-ana", [T])[0])


@alone
def empty_files_only(root: Path) -> None:
    """Three feeds of one empty file each."""
    land(root)


@alone
def one_feed_folder_is_empty(root: Path) -> None:
    """A landing folder without files is an empty feed."""
    feed(root, "customer", [ana(T, T)])
    feed(root, "accelerometer", walk(ANA, "s-ana", [T])[0])
    (root / "step_trainer" / "landing").mkdir(parents=True)


@alone
def only_hidden_files_in_one_feed(root: Path) -> None:
    """A landing folder with nothing but skipped names is an empty feed."""
    one_walk(root)
    folder = root / "accelerometer" / "landing"
    (folder / "part-1.json").rename(folder / "_part-1.json")


# ---- large and deep lines ---------------------------------------------------------------------


def deep(levels: int) -> Raw:
    """A value of that many arrays and objects in one another."""
    pairs = levels // 2
    return Raw('[{"a":' * pairs + "1" + "}]" * pairs)


@case
def deep_nesting_in_an_unknown_key(root: Path) -> None:
    """500 levels of arrays and objects are an object like any other, and so is its broken twin."""
    broken = encoded(vector(ANA, T + 2) | {"deep": deep(498)}).replace(b"}]", b"}", 1)
    land(
        root,
        [ana(T, T) | {"deep": deep(498)}],
        [
            vector(ANA, T) | {"deep": deep(498)},
            vector(ANA, T + 1) | {"deep": Raw("[" * 499 + "]" * 499)},
            vector(ANA, T + 3) | {"deep": Raw('{"x":' * 499 + "null" + "}" * 499)},
            broken,
        ],
        [reading("s-ana", T + n) for n in range(4)] + [reading("s-ana", T, deep(498))],
    )


@case
def lines_of_1_mib(root: Path) -> None:
    """Long texts, many keys, a long number, and a long unreadable line."""
    mib = 2**20
    keys = {f"k{n}": n for n in range(mib // 13)}
    land(
        root,
        [ana(T, T, customerName="n" * mib), customer(BO, "s-bo", T, T) | keys],
        [
            vector(ANA, T) | {"note": "\u00e9" * (mib // 2)},
            vector(ANA, T + 1, Raw("1." + "0" * mib)),
            vector(ANA, T + 2, Raw("1" + "0" * mib)),
            vector(ANA, T + 3, "9" * mib),
            b"{" + b"x" * mib,
            b" " * mib + encoded(vector(ANA, T + 4)) + b" " * mib,
            vector("u" * mib, T),
        ],
        [reading("s-ana", T + n) for n in range(5)] + [reading("s" * mib, T)],
    )


@alone
def line_of_exactly_16_mib(root: Path) -> None:
    """16,777,216 bytes without the line end are still a record, between two others."""
    short = encoded(vector(ANA, T + 1) | {"note": ""})
    note = "x" * (2**24 - len(short))
    long = encoded(vector(ANA, T + 1) | {"note": note})
    assert len(long) == 16_777_216
    vectors = [vector(ANA, T), long, vector(ANA, T + 2)]
    land(root, [ana(T, T)], vectors, [reading("s-ana", T + n) for n in range(3)])


@case
def many_small_files(root: Path) -> None:
    """One record a file."""
    for n in range(60):
        email, serial = f"p{n}@example.com", f"s-{n // 2}"
        feed(root, "customer", [customer(email, serial, T + n, T + n)], file=f"c{n}.json")
        feed(root, "accelerometer", [vector(email, T + n // 3 * 3)], file=f"a{n}.json")
        feed(root, "step_trainer", [reading(serial, T + n // 3 * 3)], file=f"s{n}.json")
