"""What becomes of a row: each outcome of each feed, and which one comes first."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.cases.registry import alone, case
from tests.support.records import (
    ABSENT,
    ANA,
    BO,
    CY,
    DEE,
    Raw,
    T,
    ana,
    customer,
    land,
    reading,
    vector,
    walk,
)

# ---- outcomes of readings ---------------------------------------------------------------------


@case
def both_claimants_report(root: Path) -> None:
    """Ana and Bo share a device and both report at one millisecond: nobody knows whose it is."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T, T)],
        [vector(ANA, T), vector(BO, T), vector(ANA, T + 1), vector(BO, T + 2)],
        [reading("s-1", T + ms) for ms in range(3)],
    )


@case
def ambiguous_device_beside_walkers(root: Path) -> None:
    """A walker without a device reading of their own may own the ambiguous one or not.

    At T both claimants of s-1 report, at T + 1 none does, at T + 2 Ana's it is. Cy never claimed
    s-1 and has a reading of his own at T + 3 only, where s-1 is ambiguous, too.
    """
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T, T), customer(CY, "s-3", T, T)],
        [
            *(vector(user, T + ms) for ms in (0, 3) for user in (ANA, BO)),
            *(vector(CY, T + ms) for ms in range(5)),
            vector(ANA, T + 2),
        ],
        [*(reading("s-1", T + ms) for ms in range(4)), reading("s-3", T + 3)],
    )


@case
def ambiguous_device_that_is_not_published(root: Path) -> None:
    """An ambiguous reading makes phone readings ambiguous only if the device is published today."""
    land(
        root,
        [
            customer(ANA, "s-old", T - 50, T - 50),
            customer(ANA, "s-1", T - 40, T - 50),
            customer(BO, "s-old", T - 50, T - 50),
            customer(BO, "s-2", T - 40, T - 50),
        ],
        [vector(ANA, T), vector(BO, T)],
        [reading("s-old", T)],
    )


@case
def phone_is_silent(root: Path) -> None:
    """A device reading of a known owner, or of two claimants, at whose time no phone reports."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T), customer(CY, "s-2", T, T)],
        [vector(ANA, T), vector(ANA, T + 1, "no"), vector(BO, T), vector(CY, T + 1)],
        [reading(serial, T + ms) for serial in ("s-1", "s-2") for ms in range(3)],
    )


@case
def device_is_silent(root: Path) -> None:
    """A phone reading without a device reading: none, a rejected one, or somebody else's."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T)],
        [*(vector(ANA, T + ms) for ms in range(4)), vector(ANA, T, 5), vector(BO, T + 3)],
        [reading("s-1", T), reading("s-1", T + 1, 1.5), reading("s-2", T + 2), reading("s-9", T)],
    )


@case
def former_devices(root: Path) -> None:
    """A device that no customer of today names, and one that another customer took over."""
    land(
        root,
        [
            customer(ANA, "s-old", T - 50, T - 50),
            customer(ANA, "s-given", T - 45, T - 50),
            customer(ANA, "s-new", T - 40, T - 50),
            customer(BO, "s-given", T, T),
        ],
        [vector(ANA, T), vector(BO, T + 1), vector(ANA, T - 60)],
        [
            *(reading(s, T) for s in ("s-old", "s-given", "s-new")),
            *(reading(s, T + 1) for s in ("s-old", "s-given", "s-new")),
            reading("s-old", T - 60),
        ],
    )


@case
def device_of_a_customer_who_never_walked(root: Path) -> None:
    """No row of customers_curated names it, as its owner's phone has never reported."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T), customer(CY, "s-2", T - 5)],
        [vector(CY, T), vector("x@example.com", T)],
        [reading("s-1", T), reading("s-2", T), reading("s-2", T + 1)],
    )


@case
def former_device_of_two(root: Path) -> None:
    """The owner of a former device is told by the phones, too."""
    land(
        root,
        [
            customer(ANA, "s-old", T - 50, T - 50),
            customer(ANA, "s-1", T - 40, T - 50),
            customer(BO, "s-old", T - 50),
            customer(BO, "s-2", T - 40),
        ],
        [vector(ANA, T), vector(BO, T + 1), vector(ANA, T + 2), vector(BO, T + 2)],
        [reading("s-old", T + ms) for ms in range(4)] + [reading("s-1", T)],
    )


@case
def before_and_between_consents(root: Path) -> None:
    """Readings around each start and end of three intervals; Bo claims the device, too."""
    times = [T + moment + step for moment in (0, 10, 30, 40, 60) for step in (-1, 0)]
    land(
        root,
        [
            *(ana(T, T), ana(T + 10), ana(T + 30, T + 30), ana(T + 40, 0), ana(T + 60, T + 60)),
            customer(BO, "s-ana", T, T + 1000),
        ],
        *walk(ANA, "s-ana", times),
    )


@case
def owner_without_consent(root: Path) -> None:
    """Never agreed, withdrew, or fell silent by a garbled record; before all other outcomes."""
    land(
        root,
        [
            customer(ANA, "s-1", T),
            customer(BO, "s-2", T - 9, T - 9),
            customer(BO, "s-2", T + 9),
            customer(CY, "s-3", T - 9, T - 9),
            customer(CY, "s-3", T + 9, "garbled"),
            customer(DEE, "s-1", T, T),
            customer(DEE, "s-2", T + 1, T),
        ],
        [vector(user, T) for user in (ANA, BO, CY)] + [vector(DEE, T + 1), vector(ANA, T + 2)],
        [reading(s, T + ms) for s in ("s-1", "s-2", "s-3") for ms in range(3)],
    )


@case
def person_of_rejected_records_is_unknown(root: Path) -> None:
    """A rejected customer record names neither a user nor a device."""
    land(
        root,
        [ana(T, T), customer(BO, "s-2", T, "soon"), customer(CY, "s-3", None, T)],
        [vector(BO, T), vector(CY, T), vector(BO, T, None), vector(" ", T)],
        [reading("s-2", T), reading("s-3", T), reading("s-2", T, None), reading("", T)],
    )


@case
def another_phone_before_the_owners(root: Path) -> None:
    """Vectors are numbered among all phones, so a person's may begin at 3."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T), customer(CY, "s-3", T, T)],
        [
            vector(ANA, T, 1),
            vector(ANA, T, 2),
            vector(BO, T, 3),
            vector(BO, T, 4),
            vector(CY, T, 5),
        ],
        [reading("s-2", T), reading("s-3", T), reading("s-2", T, 30)],
    )


@case
def two_devices_of_one_person_at_once(root: Path) -> None:
    """A device shared with Bo is Ana's while only she walks: her vector has two readings."""
    land(
        root,
        [
            customer(ANA, "s-2", T - 50, T - 50),
            customer(ANA, "s-1", T - 40, T - 50),
            customer(BO, "s-2", T - 50, T - 50),
        ],
        [vector(ANA, T), vector(ANA, T, 3), vector(BO, T + 1)],
        [reading("s-1", T), reading("s-2", T), reading("s-2", T + 1), reading("s-1", T + 1)],
    )


# ---- outcomes of customers --------------------------------------------------------------------


@case
def delivered_three_times(root: Path) -> None:
    """Every copy beyond the first is delivered again, whatever became of the first."""
    old, new, refusal = ana(T - 5, T - 5), ana(T, T - 5), customer(BO, "s-2", T)
    land(
        root,
        [old, new, refusal] * 3 + [customer(BO, "s-3", T, "x")] * 3 + ["{"] * 3,
        [vector(ANA, T), vector(BO, T), vector(CY, T), vector(ANA, "x")] * 3
        + [vector(ANA, str(T), Raw("-0.0"), "1.0", Raw("-10e-1"))],
        [reading("s-ana", T), reading("s-2", T), reading("s-9", T), reading(None, T)] * 3
        + [reading("s-ana", Raw(f"{T}.0"), "200")],
    )


@case
def superseded_versions(root: Path) -> None:
    """Older versions, the losers of a tie, and all usable ones where a rejected one is newest."""
    land(
        root,
        [
            *(customer(ANA, "s-1", T + n, T) for n in (0, 2, 1)),
            *(customer(BO, "s-2", T, T, customerName=name) for name in ("b", "a", "c")),
            *(customer(CY, "s-3", T + n, T) for n in (0, 1)),
            customer(CY, "s-3", T + 2, []),
            customer(DEE, "s-4", T, T),
            customer(DEE, None, T, "x"),
            customer(DEE, "s-4", T - 1, "x"),
        ],
        [vector(user, T + 5) for user in (ANA, BO, CY, DEE)],
        [reading(f"s-{n}", T + 5) for n in range(1, 5)],
    )


@case
def rejects_of_every_feed(root: Path) -> None:
    """Reasons are an outcome each, all of a record together; an unreadable line has no text."""
    land(
        root,
        [
            ana(T, T),
            ana(T, T) | {"email": None, "phone": {}},
            ana(T, T) | {"email": "", "phone": []},
            ana("x", T),
            b"\xff",
            "{",
            "{}",
        ],
        [vector(ANA, T, "x", None), vector(ANA, T, "x", ""), vector(ANA, T), "null", "{}"],
        [reading("s-ana", 5, 2**40), reading("s-ana", T), "[]", reading(ABSENT, ABSENT, "")],
    )


@alone
def redelivered_where_nobody_shares_for_research(root: Path) -> None:
    """Other purposes have intervals: DuckDB 2.0.0 then loses a row of `having` without groups."""
    people = [customer(ANA, "s-ana", T, shareWithPublicAsOfDate=T, shareWithFriendsAsOfDate=T + 1)]
    readings = [reading("s-ana", T)] + [reading(f"s-{n % 3}", T + n) for n in range(12)]
    land(root, people, [], readings + readings[:6])
