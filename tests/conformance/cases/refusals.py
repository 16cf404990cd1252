"""Landings that are refused: the error must name what is wrong."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

from tests.conformance.cases.registry import REFUSED, ROOT, refused
from tests.support.records import (
    ANA,
    BO,
    T,
    ana,
    customer,
    encoded,
    feed,
    lines,
    one_walk,
    reading,
    vector,
    write,
)

# ---- refusals ---------------------------------------------------------------------------------


@refused("stray.json")
def file_in_a_sub_folder(root: Path) -> None:
    """A file below a folder that is no arrival folder."""
    one_walk(root)
    feed(root, "customer", [customer(BO, "s-bo")], file="2022/stray.json")


@refused("stray.json")
def file_too_deep_by_arrival(root: Path) -> None:
    """A file below an arrival folder's sub-folder."""
    feed(root, "customer", [ana(T, T)], file="ingest_date=2022-06-18/x.json")
    feed(root, "customer", [ana(T, T)], file="ingest_date=2022-06-18/hour=1/stray.json")


@refused("stray.json")
def arrival_folder_in_an_arrival_folder(root: Path) -> None:
    """One folder deep, not two."""
    folder = "ingest_date=2022-06-18/ingest_date=2022-06-19"
    feed(root, "accelerometer", [vector(ANA, T)], file=f"{folder}/stray.json")


@refused("stray.json")
def folder_of_another_partition(root: Path) -> None:
    """Only ingest_date, in this spelling, is an arrival folder."""
    one_walk(root)
    feed(root, "step_trainer", [reading("s-ana", T)], file="Ingest_Date=2022-06-18/stray.json")


@refused("same.json")
def mixed_layout(root: Path) -> None:
    """Flat and by arrival in one feed; both files have one name, whichever the error names."""
    one_walk(root)
    (root / "customer" / "landing" / "part-1.json").unlink()
    feed(root, "customer", [ana(T, T)], file="same.json")
    feed(root, "customer", [ana(T + 1)], file="ingest_date=2022-06-18/same.json")


@refused("same.json.gz")
def mixed_layout_of_empty_files(root: Path) -> None:
    """A file without a record is a file."""
    one_walk(root)
    for path in (root / "accelerometer" / "landing").iterdir():
        path.unlink()
    write(root / "accelerometer/landing/same.json.gz", gzip.compress(b"", mtime=0))
    write(root / "accelerometer/landing/ingest_date=2022-06-18/same.json.gz", gzip.compress(b""))


@refused(ROOT)
def missing_root(root: Path) -> None:
    """Nothing is there."""


@refused(ROOT)
def root_without_feeds(root: Path) -> None:
    """A folder, but none of the three feeds in it."""
    write(root / "readme.txt", b"nothing here\n")
    write(root / "landing" / "customer" / "x.json", encoded(ana(T, T)))


@refused("x.json.zst")
def plain_text_named_as_compressed(root: Path) -> None:
    """One engine would read it, the other would not."""
    one_walk(root)
    feed(root, "accelerometer", [vector(ANA, T)], file="x.json.zst")


@refused("x.json.bz2")
def another_compression(root: Path) -> None:
    """Compressed as its name says."""
    one_walk(root)
    write(root / "accelerometer/landing/x.json.bz2", bz2.compress(encoded(vector(ANA, T)) + b"\n"))


@refused("x.json.GZ")
def gzip_in_capitals(root: Path) -> None:
    """For one engine it is gzip, for the other plain text."""
    feed(root, "customer", [ana(T, T)], file="ingest_date=2022-06-18/x.json")
    packed = gzip.compress(encoded(vector(ANA, T)), mtime=0)
    write(root / "accelerometer/landing/ingest_date=2022-06-18/x.json.GZ", packed)


@refused("broken.json.gz")
def file_that_is_not_gzip(root: Path) -> None:
    """Plain text under the name of a gzip file."""
    one_walk(root)
    feed(root, "accelerometer", [vector(ANA, T)], file="broken.json.gz")


@refused("broken.json.gz")
def gzip_file_that_is_cut(root: Path) -> None:
    """The end of the file is missing."""
    one_walk(root)
    data = gzip.compress(lines([vector(ANA, T + n) for n in range(500)]), mtime=0)
    write(root / "accelerometer/landing/broken.json.gz", data[: len(data) // 2])


@refused("broken.json.gz")
def gzip_file_with_flipped_bytes(root: Path) -> None:
    """The content does not fit its checksum."""
    one_walk(root)
    data = bytearray(gzip.compress(lines([vector(ANA, T + n) for n in range(500)]), mtime=0))
    data[-8] ^= 0xFF
    write(root / "step_trainer/landing/broken.json.gz", bytes(data))


def _refuse_date(text: str) -> None:
    """Registers a refusal for an arrival folder that is no calendar date."""

    def writer(root: Path) -> None:
        one_walk(root)
        for path in (root / "customer" / "landing").iterdir():
            path.unlink()
        feed(root, "customer", [ana(T, T)], file=f"ingest_date={text}/x.json")

    name = f"arrival_folder_{text or 'without_a_date'}"
    REFUSED[name] = (writer, f"ingest_date={text}")


for _text in [
    "2022-13-01", "2022-02-30", "2023-02-29", "20220618", "2022-6-18", "2022-06-18T00", "today", "",
]:  # fmt: skip
    _refuse_date(_text)
