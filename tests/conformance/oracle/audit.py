"""Where every row of landing went, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from tests.conformance.oracle.consent import (
    EMAIL,
    SERIALNUMBER,
    WIDTH,
    Interval,
    claimants_of,
    has_consent,
    intervals_by_person,
    is_covered,
    is_usable,
    owner_of,
)
from tests.conformance.oracle.landing import FEEDS
from tests.conformance.oracle.staging import FEED_COLUMNS, STAGING_EXTRAS
from tests.conformance.oracle.trusted import READING_WIDTH, VECTOR_WIDTH, Pair, reporting_at

KEPT = "kept"

# An outcome, and the reasons of a rejected row.
Outcome = tuple[str, str | None]


def rejected_records(staging: dict[str, list[tuple]]) -> list[tuple]:
    """One row a rejected line of landing; an unreadable one has no line."""
    rows = []
    for feed in FEEDS:
        width = len(FEED_COLUMNS[feed])
        for row in staging[f"stg_{feed}"]:
            extras = dict(zip(STAGING_EXTRAS, row[width:], strict=True))
            if extras["reject_reasons"] is not None:
                rows.append((feed, extras["source_file"], extras["line"], extras["reject_reasons"]))
    return rows


def row_accounting(outcomes: dict[str, Iterable[Outcome]]) -> list[tuple]:
    """One row a feed, outcome and reject reasons that occur; every line of landing has one."""
    return [
        (feed, *outcome, count)
        for feed, of_rows in outcomes.items()
        for outcome, count in Counter(of_rows).items()
    ]


def reconciliation(pairs: list[Pair]) -> list[tuple]:
    """published = right + not consented at capture + other person or owner unknown."""
    return sorted(Counter(map(reason_of, pairs)).items())


def reason_of(pair: Pair) -> str:
    """Why a published pair is right or not; another's phone comes before consent."""
    if not pair.is_same_person:
        return "other_person_or_owner_unknown"
    return "right" if pair.is_consented_at_capture else "not_consented_at_capture"


def outcomes_of(
    rows: list[tuple], width: int, outcome_of: Callable[[tuple], str]
) -> Iterator[Outcome]:
    """The outcome of every row of staging: rejected, delivered again, or its own."""
    seen = set()
    for row in rows:
        record = row[:width]
        if not is_usable(row, width):
            yield "rejected", row[width]
        elif record in seen:
            yield "redelivered", None
        else:
            seen.add(record)
            yield outcome_of(record), None


def customer_outcomes(stg_customer: list[tuple], versions: list[tuple]) -> Iterator[Outcome]:
    """The outcomes of the customer feed."""
    current = {version[:WIDTH] for version in versions if version[-1] and is_usable(version, WIDTH)}

    def outcome_of(record: tuple) -> str:
        if record not in current:
            return "superseded_version"
        return KEPT if has_consent(record, "research") else "no_consent"

    return outcomes_of(stg_customer, WIDTH, outcome_of)


def accelerometer_outcomes(
    stg_accelerometer: list[tuple],
    stg_customer: list[tuple],
    customers: list[tuple],
    trusted_readings: list[tuple],
    intervals: list[tuple],
    claims: list[tuple],
) -> Iterator[Outcome]:
    """The outcomes of the accelerometer feed."""
    known = {row[EMAIL] for row in stg_customer if is_usable(row, WIDTH)}
    agreeing = {customer[EMAIL] for customer in customers}
    research = intervals_by_person(intervals, "research")
    claimants = claimants_of(claims)
    reporting = reporting_at(stg_accelerometer)
    # None stands for an ambiguous owner: a published device has at least one claimant
    owners_at: dict[int, set[str | None]] = defaultdict(set)
    for at, serialnumber, _ in trusted_readings:
        owners_at[at].add(owner_of(claimants[serialnumber], reporting.get(at, set())))

    def outcome_of(record: tuple) -> str:
        user, at = record[:2]
        if user not in known:
            return "unknown_user"
        lack = lack_of_consent(user, at, agreeing, research)
        if lack is not None:
            return lack
        owners = owners_at.get(at, set())
        if user in owners:
            return KEPT
        return "ambiguous_owner" if None in owners else "no_device_reading"

    return outcomes_of(stg_accelerometer, VECTOR_WIDTH, outcome_of)


def step_trainer_outcomes(
    stg_step_trainer: list[tuple],
    stg_accelerometer: list[tuple],
    customers: list[tuple],
    curated_customers: list[tuple],
    intervals: list[tuple],
    claims: list[tuple],
) -> Iterator[Outcome]:
    """The outcomes of the step trainer feed."""
    agreeing = {customer[EMAIL] for customer in customers}
    published = {customer[SERIALNUMBER] for customer in curated_customers}
    research = intervals_by_person(intervals, "research")
    claimants = claimants_of(claims)
    reporting = reporting_at(stg_accelerometer)

    def outcome_of(record: tuple) -> str:
        at, serialnumber, _ = record
        people = claimants.get(serialnumber, set())
        walking = people & reporting.get(at, set())
        if not people:
            return "unknown_device"
        if len(walking) > 1:
            return "ambiguous_owner"
        if len(people) > 1 and not walking:
            return "no_phone_reading"
        owner = owner_of(people, reporting.get(at, set()))
        lack = lack_of_consent(owner, at, agreeing, research)
        if lack is not None:
            return lack
        if serialnumber not in published:
            return "former_device"
        return KEPT if owner in walking else "no_phone_reading"

    return outcomes_of(stg_step_trainer, READING_WIDTH, outcome_of)


def lack_of_consent(
    person: str, at: int, agreeing: set[str], research: dict[str, list[Interval]]
) -> str | None:
    """Why a person's research consent does not cover a millisecond; None if it does.

    Who is not in customer_trusted today has no consent, whatever there was once.
    """
    if person not in agreeing:
        return "no_consent"
    intervals = research[person]  # who agrees today has an interval without end
    if is_covered(at, intervals):
        return None
    first = min(interval.valid_from for interval in intervals)
    return "before_consent" if at < first else "between_consents"
