"""The research tables: right pairs under pseudonyms, with a split by person."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from tests.conformance.oracle.consent import intervals_by_person, is_covered
from tests.conformance.oracle.trusted import Pair

TRAIN_SHARE = 0.7
VALIDATION_SHARE = 0.15

# Columns in which engines may differ in the last bit, as sums and roots are not exact.
DERIVED_DOUBLES = ("mean_x", "mean_y", "mean_z", "mean_norm", "min_norm", "max_norm")


def pseudonym(pepper: str, purpose: str, value: str) -> str:
    """sha256 hex of pepper ':' purpose ':' value in UTF-8; the value as it is."""
    return hashlib.sha256(f"{pepper}:{purpose}:{value}".encode()).hexdigest()


def split_of(subject_key: str) -> str:
    """The split of a person: a place in 0 <= place < 1 from the key alone, cut by the shares."""
    place = int(subject_key[:8], 16) / 2**32
    if place < TRAIN_SHARE:
        return "train"
    if place < TRAIN_SHARE + VALIDATION_SHARE:
        return "validation"
    return "test"


def captured_at(milliseconds: int) -> datetime:
    """The moment in UTC, without a time zone."""
    return datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)


def reading_pairs(pairs: list[Pair], pepper: str) -> list[tuple]:
    """One row a published pair of one person at or after that person's consent."""
    return [research_row(pair, pepper) for pair in pairs if pair.is_right]


def research_row(pair: Pair, pepper: str) -> tuple:
    """The columns of reading_pairs."""
    subject_key = pseudonym(pepper, "subject", pair.user)
    return (
        pseudonym(pepper, "device", pair.serialnumber),
        captured_at(pair.sensorreadingtime),
        pair.distancefromobject,
        pair.vector_number,
        subject_key,
        pair.x,
        pair.y,
        pair.z,
        split_of(subject_key),
    )


def publishable_reading_pairs(
    pairs: list[Pair], intervals: list[tuple], pepper: str
) -> list[tuple]:
    """Rows of reading_pairs whose person agreed to public sharing at capture, and agrees today.

    Today means a public interval without end, whichever interval holds the millisecond. The vectors
    of a device reading are numbered 1...n by x, y, z.
    """
    public = intervals_by_person(intervals, "public")
    shown = [
        pair
        for pair in pairs
        if pair.is_right
        and is_covered(pair.sensorreadingtime, public.get(pair.user, []))
        and any(interval.valid_to is None for interval in public[pair.user])
    ]
    shown.sort(key=lambda pair: (pair.x, pair.y, pair.z))
    numbers: Counter[tuple] = Counter()
    rows = []
    for pair in shown:
        row = research_row(pair, pepper)
        numbers[row[:3]] += 1
        rows.append((*row[:3], numbers[row[:3]], *row[4:]))
    return rows


def readings(pairs: list[Pair], pepper: str) -> list[tuple]:
    """One row a device reading of research, with what its vectors have in common."""
    right: dict[tuple, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.is_right:
            right[pair.serialnumber, pair.sensorreadingtime, pair.distancefromobject].append(pair)

    rows = []
    for (serialnumber, at, distance), vectors in right.items():
        (user,) = {vector.user for vector in vectors}  # a device reading belongs to one person
        subject_key = pseudonym(pepper, "subject", user)
        norms = [math.sqrt(v.x * v.x + v.y * v.y + v.z * v.z) for v in vectors]
        rows.append(
            (
                pseudonym(pepper, "device", serialnumber),
                captured_at(at),
                distance,
                subject_key,
                len(vectors),
                mean([vector.x for vector in vectors]),
                mean([vector.y for vector in vectors]),
                mean([vector.z for vector in vectors]),
                mean(norms),
                min(norms),
                max(norms),
                split_of(subject_key),
            )
        )
    return rows


def mean(values: list[float]) -> float:
    """The arithmetic mean in doubles, added up in order; infinite where doubles end."""
    total = 0.0
    for value in sorted(values):  # not sum(), which mends rounding errors from Python 3.12 on
        total += value
    return total / len(values)
