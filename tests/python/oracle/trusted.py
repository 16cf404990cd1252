"""The five published tables."""

from __future__ import annotations

from collections import defaultdict

from oracle.consent import (
    EMAIL,
    SERIALNUMBER,
    Interval,
    current_record,
    has_consent,
    is_covered,
    is_usable,
    owner_of,
    versions_of,
)
from oracle.staging import FEED_COLUMNS

VECTOR_WIDTH = len(FEED_COLUMNS["accelerometer"])
READING_WIDTH = len(FEED_COLUMNS["step_trainer"])


def usable_once(rows: list[tuple], width: int) -> set[tuple]:
    """The usable records by their typed columns: one delivered again counts once."""
    return {row[:width] for row in rows if is_usable(row, width)}


def customer_trusted(stg_customer: list[tuple]) -> list[tuple]:
    """One row a customer whose current version has a research consent date above 0."""
    current = (current_record(versions) for versions in versions_of(stg_customer).values())
    return [record for record in current if record and has_consent(record, "research")]


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


def machine_learning_curated(
    readings: list[tuple],
    vectors: list[tuple],
    intervals: list[tuple],
    claims: list[tuple],
    stg_accelerometer: list[tuple],
) -> list[tuple]:
    """Every trusted device reading with every trusted phone reading of the same millisecond.

    The vectors of one device reading are numbered from 1 in the order of user, x, y, z.
    """
    vectors_at: dict[int, list[tuple]] = defaultdict(list)
    for user, timestamp, x, y, z in vectors:
        vectors_at[timestamp].append((user, x, y, z))
    claimants: dict[str, set[str]] = defaultdict(set)
    for serialnumber, email in claims:
        claimants[serialnumber].add(email)
    reporting: dict[int, set[str]] = defaultdict(set)
    for user, timestamp, *_ in usable_once(stg_accelerometer, VECTOR_WIDTH):
        reporting[timestamp].add(user)
    research: dict[str, list[Interval]] = defaultdict(list)
    for email, purpose, valid_from, valid_to in intervals:
        if purpose == "research":
            research[email].append(Interval(valid_from, valid_to))

    rows = []
    for at, serialnumber, distance in readings:
        owner = owner_of(claimants[serialnumber], reporting[at])
        for number, (user, x, y, z) in enumerate(sorted(vectors_at[at]), start=1):
            same = owner == user
            covered = is_covered(at, research[user])
            rows.append((serialnumber, at, distance, x, y, z, number, same, covered))
    return rows
