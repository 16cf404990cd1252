"""The five published tables."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from tests.conformance.oracle.consent import (
    EMAIL,
    SERIALNUMBER,
    WIDTH,
    claimants_of,
    has_consent,
    intervals_by_person,
    is_covered,
    is_usable,
    owner_of,
)
from tests.conformance.oracle.staging import FEED_COLUMNS

VECTOR_WIDTH = len(FEED_COLUMNS["accelerometer"])
READING_WIDTH = len(FEED_COLUMNS["step_trainer"])


def usable_once(rows: list[tuple], width: int) -> set[tuple]:
    """The usable records by their typed columns: one delivered again counts once."""
    return {row[:width] for row in rows if is_usable(row, width)}


def customer_trusted(versions: list[tuple]) -> list[tuple]:
    """One row a customer whose current version has a research consent date above 0."""
    current = (version for version in versions if version[-1] and is_usable(version, WIDTH))
    return [version[:WIDTH] for version in current if has_consent(version, "research")]


def accelerometer_trusted(stg_accelerometer: list[tuple], customers: list[tuple]) -> list[tuple]:
    """Usable phone readings whose user is in customer_trusted."""
    emails = {customer[EMAIL] for customer in customers}
    vectors = usable_once(stg_accelerometer, VECTOR_WIDTH)
    return sorted(vector for vector in vectors if vector[0] in emails)


def customers_curated(customers: list[tuple], vectors: list[tuple]) -> list[tuple]:
    """Rows of customer_trusted with at least one row in accelerometer_trusted."""
    users = {vector[0] for vector in vectors}
    return [customer for customer in customers if customer[EMAIL] in users]


def step_trainer_trusted(stg_step_trainer: list[tuple], customers: list[tuple]) -> list[tuple]:
    """Usable device readings whose serial number is in customers_curated."""
    serialnumbers = {customer[SERIALNUMBER] for customer in customers}
    readings = usable_once(stg_step_trainer, READING_WIDTH)
    return sorted(reading for reading in readings if reading[1] in serialnumbers)


class Pair(NamedTuple):
    """A trusted device reading and a trusted phone reading of one millisecond."""

    serialnumber: str
    sensorreadingtime: int
    distancefromobject: int
    user: str
    x: float
    y: float
    z: float
    vector_number: int
    is_same_person: bool
    is_consented_at_capture: bool

    @property
    def is_right(self) -> bool:
        """One person's own phone and device, at a moment of that person's consent."""
        return self.is_same_person and self.is_consented_at_capture


def published_pairs(
    readings: list[tuple],
    vectors: list[tuple],
    intervals: list[tuple],
    claims: list[tuple],
    stg_accelerometer: list[tuple],
) -> list[Pair]:
    """Every trusted device reading with every trusted phone reading of the same millisecond.

    The vectors of one device reading are numbered from 1 in the order of user, x, y, z.
    """
    vectors_at: dict[int, list[tuple]] = defaultdict(list)
    for user, timestamp, x, y, z in vectors:
        vectors_at[timestamp].append((user, x, y, z))
    claimants = claimants_of(claims)
    reporting = reporting_at(stg_accelerometer)
    research = intervals_by_person(intervals, "research")

    pairs = []
    for at, serialnumber, distance in readings:
        owner = owner_of(claimants[serialnumber], reporting.get(at, set()))
        for number, (user, x, y, z) in enumerate(sorted(vectors_at.get(at, [])), start=1):
            same = owner == user
            covered = is_covered(at, research.get(user, []))
            pairs.append(
                Pair(serialnumber, at, distance, user, x, y, z, number, same, covered),
            )
    return pairs


def machine_learning_curated(pairs: list[Pair]) -> list[tuple]:
    """The published pairs, without the person."""
    return [
        (
            pair.serialnumber,
            pair.sensorreadingtime,
            pair.distancefromobject,
            pair.x,
            pair.y,
            pair.z,
            pair.vector_number,
            pair.is_same_person,
            pair.is_consented_at_capture,
        )
        for pair in pairs
    ]


def reporting_at(stg_accelerometer: list[tuple]) -> dict[int, set[str]]:
    """Whose phones have a usable reading at a millisecond, consenting or not."""
    reporting: dict[int, set[str]] = defaultdict(set)
    for user, timestamp, *_ in usable_once(stg_accelerometer, VECTOR_WIDTH):
        reporting[timestamp].add(user)
    return reporting
