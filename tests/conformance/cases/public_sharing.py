"""Which pairs may be published."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.cases.registry import case
from tests.support.records import ANA, BO, CY, LAST, T, ana, customer, land, reading, vector, walk


def public(*records: dict, times: tuple[int, ...]) -> tuple[list, list, list]:
    """Versions of Ana, and her walk with s-ana at some milliseconds."""
    return (list(records), *walk(ANA, "s-ana", list(times)))


# ---- public sharing ---------------------------------------------------------------------------


@case
def public_consent_after_capture(root: Path) -> None:
    """Public sharing covers from its own date on, not from the date of research."""
    record = ana(T, T, shareWithPublicAsOfDate=T + 10)
    land(root, *public(record, times=(T - 1, T, T + 9, T + 10, T + 11)))


@case
def public_consent_before_research(root: Path) -> None:
    """What research does not cover is not published either."""
    record = ana(T, T + 10, shareWithPublicAsOfDate=T)
    land(root, *public(record, times=(T, T + 9, T + 10)))


@case
def public_consent_withdrawn(root: Path) -> None:
    """Who shares with the public no more has no row, also of the time when they did."""
    records = [ana(T, T, shareWithPublicAsOfDate=T), ana(T + 10, T, shareWithPublicAsOfDate=0)]
    land(root, *public(*records, times=(T, T + 9, T + 10)))


@case
def public_consent_given_again(root: Path) -> None:
    """Both intervals count, as the last has no end; the time between them does not."""
    records = [
        ana(T, T, shareWithPublicAsOfDate=T),
        ana(T + 10, T),
        ana(T + 20, T, shareWithPublicAsOfDate=T + 20),
    ]
    land(root, *public(*records, times=(T - 1, T, T + 9, T + 10, T + 19, T + 20, T + 21)))


@case
def public_consent_without_research(root: Path) -> None:
    """Public sharing alone, and public sharing of one who withdrew from research only."""
    land(
        root,
        [
            customer(ANA, "s-1", T, shareWithPublicAsOfDate=T),
            customer(BO, "s-2", T, T, shareWithPublicAsOfDate=T),
            customer(BO, "s-2", T + 10, shareWithPublicAsOfDate=T),
            customer(CY, "s-3", T, T, shareWithFriendsAsOfDate=T),
        ],
        [vector(user, T + 5) for user in (ANA, BO, CY)],
        [reading(f"s-{n}", T + 5) for n in (1, 2, 3)],
    )


@case
def public_consent_from_a_far_day(root: Path) -> None:
    """The build never looks at the clock: an interval from 2099 on has no end."""
    record = ana(T, T, shareWithPublicAsOfDate=LAST)
    land(root, *public(record, times=(T, LAST - 1, LAST)))


@case
def public_consent_at_a_tie(root: Path) -> None:
    """Of two records of one moment, one without public consent ends it; research goes on."""
    records = [
        ana(T, T, shareWithPublicAsOfDate=T),
        ana(T + 10, T, shareWithPublicAsOfDate=T, customerName="A"),
        ana(T + 10, T, customerName="B"),
    ]
    land(root, *public(*records, times=(T, T + 10)))


@case
def public_consent_and_a_rejected_version(root: Path) -> None:
    """A garbled version ends all purposes; the next one opens each by its own date."""
    records = [
        ana(T, T, shareWithPublicAsOfDate=T),
        ana(T + 10, T, shareWithPublicAsOfDate="soon"),
        ana(T + 20, T, shareWithPublicAsOfDate=T + 30),
    ]
    land(root, *public(*records, times=(T + 9, T + 10, T + 19, T + 20, T + 29, T + 30)))


@case
def public_consent_of_the_owner_counts(root: Path) -> None:
    """A shared device: whose phone reports, that person's sharing decides."""
    land(
        root,
        [customer(ANA, "s-1", T, T, shareWithPublicAsOfDate=T), customer(BO, "s-1", T, T)],
        [vector(ANA, T), vector(BO, T + 1)],
        [reading("s-1", T), reading("s-1", T + 1)],
    )
