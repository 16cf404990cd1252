"""Ownership: whose device, people at one millisecond, records delivered again."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.cases.registry import case
from tests.support.records import (
    ANA,
    BO,
    CY,
    DEE,
    Raw,
    T,
    customer,
    feed,
    land,
    one_walk,
    reading,
    vector,
)

# ---- whose device -----------------------------------------------------------------------------


@case
def shared_device_is_resolved_by_the_phone(root: Path) -> None:
    """Of two claimants the one whose phone reports at that millisecond is the owner."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T, T)],
        [vector(ANA, T), vector(BO, T + 1), vector(ANA, T + 2), vector(BO, T + 2)],
        [reading("s-1", T + ms) for ms in range(4)],
    )


@case
def shared_device_and_a_claimant_without_consent(root: Path) -> None:
    """A claimant without consent is an owner like any other, and makes others ambiguous."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T), customer(CY, "s-3", T, T)],
        [
            vector(ANA, T),
            vector(BO, T + 1),
            vector(ANA, T + 2),
            vector(BO, T + 2),
            vector(CY, T + 1),
            vector(CY, T + 2),
            vector(CY, T + 3),
        ],
        [reading("s-1", T + ms) for ms in range(4)] + [reading("s-3", T + 1)],
    )


@case
def shared_device_of_three(root: Path) -> None:
    """Exactly one of three reports, or two, or all, or none."""
    users = [ANA, BO, CY]
    land(
        root,
        [customer(user, "s-1", T, T) for user in users] + [customer(DEE, "s-4", T, T)],
        [vector(u, T + ms) for ms in range(8) for bit, u in enumerate(users) if ms >> bit & 1]
        + [vector(DEE, T + ms) for ms in range(8)],
        [reading("s-1", T + ms) for ms in range(8)],
    )


@case
def shared_device_and_rejected_phone_readings(root: Path) -> None:
    """Only a usable phone reading tells the owner; several of one person count as one."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T, T)],
        [
            vector(ANA, T),
            vector(BO, T, x="no"),
            vector(ANA, T + 1, x=1),
            vector(ANA, T + 1, x=2),
            vector(BO, T + 2, z=None),
        ],
        [reading("s-1", T + ms) for ms in range(3)],
    )


@case
def claim_of_an_older_version(root: Path) -> None:
    """A changed serial number: both devices stay claimed, only the current one is published."""
    land(
        root,
        [
            customer(ANA, "s-old", T - 50, T - 50),
            customer(ANA, "s-new", T, T - 50),
            customer(BO, "s-old", T, T - 50),
        ],
        [vector(ANA, T), vector(BO, T + 1), vector(ANA, T + 2), vector(BO, T + 2)],
        [reading(serial, T + ms) for serial in ("s-old", "s-new") for ms in range(4)],
    )


@case
def former_device_of_the_same_person(root: Path) -> None:
    """Readings of a device that no current customer names are not published."""
    land(
        root,
        [customer(ANA, "s-old", T - 50, T - 50), customer(ANA, "s-new", T, T - 50)],
        [vector(ANA, at) for at in (T - 40, T - 1, T, T + 1)],
        [reading(s, at) for s in ("s-old", "s-new") for at in (T - 40, T - 1, T, T + 1)],
    )


@case
def claim_of_a_tied_version(root: Path) -> None:
    """A usable version that lost a tie claims its serial number, too."""
    land(
        root,
        [
            customer(ANA, "s-1", T, T),
            customer(ANA, "s-2", T, T),
            customer(BO, "s-2", T, T),
        ],
        [vector(ANA, T), vector(BO, T + 1)],
        [reading(serial, T + ms) for serial in ("s-1", "s-2") for ms in range(3)],
    )


@case
def claim_of_a_rejected_record(root: Path) -> None:
    """A rejected record claims nothing, so that the other claimant is the only one."""
    land(
        root,
        [
            customer(ANA, "s-1", T, T),
            customer(BO, "s-1", T - 5, "x"),
            customer(BO, "s-2", T, T),
            customer(CY, "s-1", T, "never"),
        ],
        [vector(BO, T), vector(CY, T), vector(ANA, T + 1), vector(BO, T + 1)],
        [reading(serial, T + ms) for serial in ("s-1", "s-2") for ms in range(3)],
    )


@case
def claim_of_a_person_who_withdrew(root: Path) -> None:
    """A claim is for all time, whatever became of the consent."""
    land(
        root,
        [
            customer(ANA, "s-1", T - 50, T - 50),
            customer(ANA, "s-1", T - 20),
            customer(BO, "s-1", T, T),
        ],
        [vector(ANA, T), vector(BO, T + 1), vector(ANA, T + 2), vector(BO, T + 2)],
        [reading("s-1", T + ms) for ms in range(4)],
    )


# ---- collisions and redelivery ----------------------------------------------------------------


@case
def several_vectors_and_distances_at_one_millisecond(root: Path) -> None:
    """Vectors are numbered for each device reading in the order of user, x, y, z."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T), customer("B@example.com", "s-3")],
        [
            vector(BO, T, 0, 0, 0),
            vector(ANA, T, 2, 0, 0),
            vector(ANA, T, -10, 5, 5),
            vector(ANA, T, -10, 5, -5),
            vector(ANA, T, -10, -5.5, 9),
            vector(ANA, T, -9, 0, 0),
            vector("B@example.com", T),
            vector("Ana@example.com", T),
        ],
        [reading("s-1", T, 200), reading("s-1", T, 30), reading("s-1", T, -1), reading("s-2", T)],
    )


@case
def one_vector_for_two_people(root: Path) -> None:
    """The same numbers at the same millisecond are two readings if the users differ."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T)],
        [vector(ANA, T, 1, 2, 3), vector(BO, T, 1, 2, 3)],
        [reading("s-1", T, 5), reading("s-2", T, 5)],
    )


@case
def redelivered_records(root: Path) -> None:
    """Equal in all typed columns is delivered again: same file, other file, other spelling."""
    one_walk(root)
    one = [vector(ANA, T + 2, v, 0, 0) for v in (1, 1.0, "1", "1.0", "01", Raw("10e-1"))]
    zero = [vector(ANA, T + 3, v, 0, 0) for v in (0, Raw("-0"), Raw("-0.0"), "-0", "-0.00", "0")]
    time = [vector(ANA, t) for t in (str(T + 4), T + 4, f"{T + 4}.0", Raw(f"{T + 4}.000"))]
    again = [vector(ANA, T), vector(ANA, T) | {"more": 1}, Raw(f'{{"z":-1,"y":1,"x":0,"timestamp"'
             f':{T},"user":"ana@example.com"}}')]  # fmt: skip
    near = [vector(ANA, T + 5, v, 0, 0) for v in (0.1, Raw("0.1000000000000000055"), 0.1 + 2**-56)]
    feed(root, "accelerometer", one + zero + time, file="part-2.json")
    feed(root, "accelerometer", again + near + [vector(ANA, T, "bad")], file="part-3.json")
    feed(
        root,
        "step_trainer",
        [reading("s-ana", T + n, d) for n in range(6) for d in (200, "200", 200.0, 201)],
        file="part-2.json",
    )


@case
def unknown_users_and_devices(root: Path) -> None:
    """Readings of nobody known; e-mails and serial numbers are compared exactly."""
    land(
        root,
        [customer(ANA, "s-ana", T, T), customer(" bo@example.com", "s-bo ", T, T)],
        [vector(u, T) for u in (ANA, BO, " " + BO, "ANA@example.com", ANA + " ", "x@example.org")],
        [reading(s, T) for s in ("s-ana", "S-ANA", "s-ana ", "s-bo", "s-bo ", "s-x")],
    )


@case
def composed_and_decomposed_emails_are_two_people(root: Path) -> None:
    """No normalization of any kind."""
    people = ["zo\u00eb@example.com", "zoe\u0308@example.com", "\U0001f45f@example.com"]
    land(
        root,
        [customer(person, f"s-{n}", T, T) for n, person in enumerate(people)],
        [vector(person, T + n) for n, person in enumerate(people)],
        [reading(f"s-{n}", T + ms) for n in range(3) for ms in range(3)],
    )


@case
def curated_needs_a_reading(root: Path) -> None:
    """A consenting customer without a usable phone reading is trusted, not curated."""
    land(
        root,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T), customer(CY, "s-2", T, T)],
        [vector(ANA, T, "x"), vector(CY, T + 5)],
        [reading("s-1", T), reading("s-2", T), reading("s-2", T + 5)],
    )
