"""Versions of a customer, intervals of consent, and whose device made a reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from tests.conformance.oracle.staging import FEED_COLUMNS

PURPOSES = ("research", "public", "friends")

_NAMES = [column.name for column in FEED_COLUMNS["customer"]]
EMAIL = _NAMES.index("email")
SERIALNUMBER = _NAMES.index("serialnumber")
LASTUPDATEDATE = _NAMES.index("lastupdatedate")
CONSENT_DATE = {purpose: _NAMES.index(f"sharewith{purpose}asofdate") for purpose in PURPOSES}
WIDTH = len(_NAMES)


class Interval(NamedTuple):
    """Start inclusive, end exclusive, None while open."""

    valid_from: int
    valid_to: int | None


class Version(NamedTuple):
    """All that is known of one person at one lastupdatedate.

    No records means: only rejected ones, so a version without any consent (fail closed).
    """

    lastupdatedate: int
    records: tuple[tuple, ...]


def is_usable(row: tuple, width: int) -> bool:
    """A staging row whose reject_reasons, the column after the published ones, is NULL."""
    return row[width] is None


def versions_of(stg_customer: list[tuple]) -> dict[str, list[Version]]:
    """The versions of each person by e-mail, the oldest first.

    A rejected record with readable e-mail and lastupdatedate is a version without any consent,
    unless there is a usable record with the same two. A record delivered again counts once.
    """
    usable: dict[str, dict[int, set[tuple]]] = defaultdict(lambda: defaultdict(set))
    for row in stg_customer:
        email, lastupdatedate = row[EMAIL], row[LASTUPDATEDATE]
        if email is None or lastupdatedate is None:
            continue
        at_that_date = usable[email][lastupdatedate]  # stays empty for a rejected record
        if is_usable(row, WIDTH):
            at_that_date.add(row[:WIDTH])
    return {
        email: [Version(at, tuple(rows)) for at, rows in sorted(by_date.items())]
        for email, by_date in usable.items()
    }


def has_consent(record: tuple, purpose: str) -> bool:
    """A consent date above 0 is consent; none, 0 and below are not."""
    consent_date = record[CONSENT_DATE[purpose]]
    return consent_date is not None and consent_date > 0


def customer_versions(stg_customer: list[tuple]) -> list[tuple]:
    """One row a distinct record with readable e-mail and lastupdatedate, usable or rejected.

    Its columns, reject reasons and number of deliveries; whether a usable record of the same person
    and lastupdatedate takes its place; whether it is usable and consents to research; whether it is
    the person's current one.
    """
    deliveries = Counter(
        row[: WIDTH + 1]
        for row in stg_customer
        if row[EMAIL] is not None and row[LASTUPDATEDATE] is not None
    )
    usable = {(row[EMAIL], row[LASTUPDATEDATE]) for row in deliveries if is_usable(row, WIDTH)}

    def is_replaced(row: tuple) -> bool:
        return not is_usable(row, WIDTH) and (row[EMAIL], row[LASTUPDATEDATE]) in usable

    current: dict[str, tuple] = {}
    for row in sorted(deliveries, key=_newest_first):
        if not is_replaced(row):
            current.setdefault(row[EMAIL], row)
    return [
        (*row, count, is_replaced(row), _has_research_consent(row), row == current[row[EMAIL]])
        for row, count in deliveries.items()
    ]


def _has_research_consent(row: tuple) -> bool:
    """A rejected record is a version without any consent."""
    return is_usable(row, WIDTH) and has_consent(row, "research")


def _newest_first(row: tuple) -> tuple:
    """Sort key of versions: newest first.

    Of several with one lastupdatedate: one without research consent first, then the later consent
    date, then the smallest row by columns in published order, NULL last, text by code point.
    """
    research = row[CONSENT_DATE["research"]]
    return (
        -row[LASTUPDATEDATE],
        _has_research_consent(row),
        (research is None, -(research or 0)),
        # Python compares texts by code point
        *((value is None, value) for value in row),
    )


def consent_date_of(version: Version, purpose: str) -> int | None:
    """If a record of the version has no consent for the purpose there is none, else the latest."""
    dates = [record[CONSENT_DATE[purpose]] for record in version.records]
    if not all(has_consent(record, purpose) for record in version.records):
        return None
    return max(dates, default=None)


def intervals_of(versions: list[Version], purpose: str) -> list[Interval]:
    """The intervals of one person and purpose.

    A consent date opens an interval; a version without consent ends it at its lastupdatedate. A
    further date while open only extends it to the earlier of the two. No start lies before the
    newest earlier version without consent, whether or not consent was open then.
    """
    intervals: list[Interval] = []
    opened: int | None = None
    withdrawn: int | None = None
    for version in versions:
        consent_date = consent_date_of(version, purpose)
        if consent_date is None:
            if opened is not None:
                intervals.append(Interval(opened, version.lastupdatedate))
            opened = None
            withdrawn = version.lastupdatedate
        else:
            start = consent_date if withdrawn is None else max(consent_date, withdrawn)
            opened = start if opened is None else min(opened, start)
    if opened is not None:
        intervals.append(Interval(opened, None))
    return merged(intervals)


def merged(intervals: list[Interval]) -> list[Interval]:
    """Without intervals whose end is not after their start; touching and overlapping are one."""
    result: list[Interval] = []
    for start, end in sorted(intervals, key=lambda interval: interval.valid_from):
        if end is not None and end <= start:
            continue
        if result and (result[-1].valid_to is None or start <= result[-1].valid_to):
            earlier = result.pop()
            if end is None or earlier.valid_to is None:
                later_end = None
            else:
                later_end = max(end, earlier.valid_to)
            result.append(Interval(earlier.valid_from, later_end))
        else:
            result.append(Interval(start, end))
    return result


def consent_intervals(stg_customer: list[tuple]) -> list[tuple]:
    """One row a person, purpose and start."""
    return [
        (email, purpose, interval.valid_from, interval.valid_to)
        for email, versions in versions_of(stg_customer).items()
        for purpose in PURPOSES
        for interval in intervals_of(versions, purpose)
    ]


def intervals_by_person(intervals: list[tuple], purpose: str) -> dict[str, list[Interval]]:
    """The intervals of one purpose by e-mail; who has none is not in it."""
    by_person: dict[str, list[Interval]] = defaultdict(list)
    for email, of_purpose, valid_from, valid_to in intervals:
        if of_purpose == purpose:
            by_person[email].append(Interval(valid_from, valid_to))
    return by_person


def is_covered(at: int, intervals: list[Interval]) -> bool:
    """True if the millisecond lies in one of the intervals."""
    return any(start <= at and (end is None or at < end) for start, end in intervals)


def device_claims(stg_customer: list[tuple]) -> list[tuple]:
    """One row a serial number and person: every serial number that any usable version names."""
    claims = {(row[SERIALNUMBER], row[EMAIL]) for row in stg_customer if is_usable(row, WIDTH)}
    return sorted(claims)


def claimants_of(claims: list[tuple]) -> dict[str, set[str]]:
    """The people who claim a serial number."""
    claimants: dict[str, set[str]] = defaultdict(set)
    for serialnumber, email in claims:
        claimants[serialnumber].add(email)
    return claimants


def owner_of(claimants: set[str], reporting: set[str]) -> str | None:
    """Whose a device reading is; None if nobody claims it or the owner is ambiguous.

    The claimant if there is one; of several, the one who has a usable phone reading at that
    millisecond, if exactly one has.
    """
    candidates = claimants if len(claimants) == 1 else claimants & reporting
    return next(iter(candidates)) if len(candidates) == 1 else None
