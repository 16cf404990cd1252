"""Small landing folders, each made to exercise a rule: clean, dirty, tied, shared and refused.

`CASES` maps a name to a function that writes a landing below a root. `SLOW` names those that are
too large for every run, `ENGINE_MAY_DIFFER` those where the contract allows a difference between
engines, or where all depends on files without a byte, which Athena does not see. `REFUSED` maps a
name to a function and a text that the error must contain. `random_landing` writes a random landing
from a seed. All people and devices are invented.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Writer = Callable[[Path], None]

CASES: dict[str, Writer] = {}
REFUSED: dict[str, tuple[Writer, str]] = {}
SLOW = {"line_of_exactly_16_mib"}
ENGINE_MAY_DIFFER = {
    "bom_at_the_start_of_a_file",
    "empty_files_only",
    "mixed_layout_of_empty_files",
}

# Stands in REFUSED for the name of the landing root itself.
ROOT = "{root}"

T = 1_655_564_400_000  # the moment around which things happen
DAY = 86_400_000
FIRST, BEFORE_FIRST = 946_684_800_000, 946_684_799_999
LAST, AFTER_LAST = 4_102_444_799_999, 4_102_444_800_000

ANA, BO, CY, DEE = "ana@example.com", "bo@example.com", "cy@example.org", "dee@example.org"
ABSENT = object()


class Raw(str):
    """JSON text that goes into a record as it is."""


# ---- writing ----------------------------------------------------------------------------------


def customer(email: Any, serial: Any, updated: Any = T, research: Any = ABSENT, **other: Any):
    """A customer record by its JSON keys; ABSENT leaves a key out, other overrides by key."""
    record = {
        "customerName": "Some One",
        "email": email,
        "phone": "8015550100",
        "birthDay": "1980-02-29",
        "serialNumber": serial,
        "registrationDate": T - 10 * DAY,
        "lastUpdateDate": updated,
        "shareWithResearchAsOfDate": research,
    }
    return record | other


def vector(user: Any, at: Any, x: Any = 0.0, y: Any = 1.0, z: Any = -1.0, **other: Any):
    """A phone reading."""
    return {"user": user, "timestamp": at, "x": x, "y": y, "z": z} | other


def reading(serial: Any, at: Any, distance: Any = 200, **other: Any):
    """A device reading."""
    return {"sensorReadingTime": at, "serialNumber": serial, "distanceFromObject": distance} | other


def encoded(record: Any) -> bytes:
    """One line without its end: bytes and texts as they are, a record as JSON."""
    if isinstance(record, bytes):
        return record
    if isinstance(record, str):
        return record.encode()
    members = (
        json.dumps(key, ensure_ascii=False)
        + ":"
        + (value if isinstance(value, Raw) else json.dumps(value, ensure_ascii=False))
        for key, value in record.items()
        if value is not ABSENT
    )
    return ("{" + ",".join(members) + "}").encode()


def write(path: Path, data: bytes) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def lines(records: list, end: bytes = b"\n", last_end: bool = True) -> bytes:
    """The bytes of a file of records."""
    return end.join(map(encoded, records)) + (end if last_end and records else b"")


def feed(root: Path, name: str, records: list, file: str = "part-1.json", **how: Any) -> None:
    """One landing file of a feed."""
    write(root / name / "landing" / file, lines(records, **how))


def land(
    root: Path, customers: Sequence = (), vectors: Sequence = (), readings: Sequence = ()
) -> None:
    """One flat file for each feed."""
    feed(root, "customer", list(customers))
    feed(root, "accelerometer", list(vectors))
    feed(root, "step_trainer", list(readings))


def walk(email: str, serial: str, times: list[int]) -> tuple[list, list]:
    """Phone and device readings of one person at some milliseconds."""
    return [vector(email, at) for at in times], [reading(serial, at) for at in times]


def versions(root: Path, *records: Any, around: tuple[int, ...] = ()) -> None:
    """Versions of Ana with the device s-ana, and her readings one before, at and after moments."""
    moments = set(around)
    for record in records:
        for key in ("lastUpdateDate", "shareWithResearchAsOfDate"):
            value = record.get(key) if isinstance(record, dict) else None
            if isinstance(value, int) and FIRST < value < LAST:
                moments.add(value)
    times = sorted({moment + step for moment in moments for step in (-1, 0, 1)})
    land(root, list(records), *walk(ANA, "s-ana", times))


def ana(updated: Any, research: Any = ABSENT, **other: Any) -> dict:
    """A version of Ana."""
    return customer(ANA, "s-ana", updated, research, **other)


def one_walk(root: Path) -> None:
    """One consenting person with two matched readings, as a background of file cases."""
    land(root, [ana(T, T)], *walk(ANA, "s-ana", [T, T + 1]))


def case(function: Writer) -> Writer:
    """Registers a case under the name of its function."""
    CASES[function.__name__] = function
    return function


def refused(fragment: str) -> Callable[[Writer], Writer]:
    """Registers a landing that must be refused with an error that contains the fragment."""

    def register(function: Writer) -> Writer:
        REFUSED[function.__name__] = (function, fragment)
        return function

    return register


# ---- consent values and purposes --------------------------------------------------------------


@case
def plain_pairs(root: Path) -> None:
    """Four people, one without consent, one who consented late, one without readings."""
    land(
        root,
        [
            customer(ANA, "s-ana", T, T),
            customer(BO, "s-bo", T),
            customer(CY, "s-cy", T, T + 5),
            customer(DEE, "s-dee", T, T),
        ],
        [vector(user, T + ms) for user in (ANA, BO, CY) for ms in range(8)],
        [reading(serial, T + ms) for serial in ("s-ana", "s-bo", "s-cy", "s-dee") for ms in (0, 4)],
    )


@case
def consent_value_of_every_kind(root: Path) -> None:
    """Each way to write a consent date, as the only version of a person."""
    values = [
        ABSENT, None, "", " ", "\t\n\v\f\r ", 0, -1, "0", "-0", Raw("-0"), Raw("0.0"), Raw("-0.0"),
        Raw("1e-400"), "-5", -(2**53) + 1, -(2**53), -1.0, -1.5, 0.5, 1, T, str(T), f"{T}.0",
        Raw(f"{T}.0"), Raw("1.6555644e12"), f"0{T}", f"+{T}", f" {T}", "1.6555644e12", "never",
        "2022-06-18", True, False, [], {}, [T], FIRST, BEFORE_FIRST, LAST, AFTER_LAST, T + 0.5,
        T + DAY, "\u00a0", "\u0000",
    ]  # fmt: skip
    people = [(f"p{n:02}@example.com", f"s-{n:02}", value) for n, value in enumerate(values)]
    land(
        root,
        [customer(email, serial, T, value) for email, serial, value in people],
        [vector(email, at) for email, _, _ in people for at in (T - 1, T, T + DAY)],
        [reading(serial, at) for _, serial, _ in people for at in (T - 1, T, T + DAY)],
    )


@case
def other_purposes_of_every_kind(root: Path) -> None:
    """Public and friends have intervals of their own, and a bad one rejects the record."""
    values = [ABSENT, None, "", 0, -1, T - 5, T + 5, str(T), "soon", True, 12, AFTER_LAST]
    pairs = [(public, friends) for public in values for friends in values]
    land(
        root,
        [
            customer(
                f"p{n:03}@example.org",
                f"s-{n:03}",
                T,
                T,
                shareWithPublicAsOfDate=public,
                shareWithFriendsAsOfDate=friends,
            )
            for n, (public, friends) in enumerate(pairs)
        ],
        [vector(f"p{n:03}@example.org", T) for n in range(len(pairs))],
        [reading(f"s-{n:03}", T) for n in range(len(pairs))],
    )


@case
def purposes_are_withdrawn_one_by_one(root: Path) -> None:
    """Each version changes another purpose; only research decides the published tables."""
    public, friends = "shareWithPublicAsOfDate", "shareWithFriendsAsOfDate"
    versions(
        root,
        ana(T, T, **{public: T, friends: T}),
        ana(T + 10, T, **{friends: T}),
        ana(T + 20, ABSENT, **{public: T + 20, friends: T}),
        ana(T + 30, T + 30, **{public: T + 5}),
        ana(T + 40, T + 30, **{public: T + 20, friends: 0}),
    )


@case
def consent_in_the_future(root: Path) -> None:
    """A consent date after lastupdatedate, and after every reading, counts from its date."""
    land(
        root,
        [customer(ANA, "s-ana", T, T + 3), customer(BO, "s-bo", T, LAST)],
        [vector(user, T + ms) for user in (ANA, BO) for ms in range(6)],
        [reading(serial, T + ms) for serial in ("s-ana", "s-bo") for ms in range(6)],
    )


# ---- versions and intervals -------------------------------------------------------------------


@case
def withdrawal(root: Path) -> None:
    """Who withdraws leaves the published tables; the interval stays, with an end."""
    versions(root, ana(T, T), ana(T + 100))


@case
def withdrawal_and_consent_again(root: Path) -> None:
    """Two intervals with a gap; readings exactly at every boundary."""
    versions(root, ana(T, T), ana(T + 100), ana(T + 200, T + 200))


@case
def withdrawal_twice_and_consent_again_twice(root: Path) -> None:
    """Three intervals; the versions stand in the file in no order."""
    versions(
        root,
        ana(T + 300),
        ana(T, T + 10),
        ana(T + 400, T + 400),
        ana(T + 100),
        ana(T + 200, T + 250),
    )


@case
def consent_again_backdated_before_the_withdrawal(root: Path) -> None:
    """It starts at the withdrawal, so that the two intervals touch and are one row."""
    versions(root, ana(T, T), ana(T + 100), ana(T + 200, T + 50), around=(T + 50,))


@case
def consent_backdated_before_a_first_refusal(root: Path) -> None:
    """A version without consent holds a later consent back even if none was open."""
    versions(root, ana(T), ana(T + 100, T - 50), around=(T - 50,))


@case
def several_refusals_in_a_row(root: Path) -> None:
    """The newest one is the limit of a later consent, the first one ends the interval."""
    versions(
        root,
        ana(T, T),
        ana(T + 100),
        ana(T + 110, 0),
        ana(T + 120, None),
        ana(T + 200, T + 105),
        around=(T + 105,),
    )


@case
def consent_extended_to_an_earlier_date(root: Path) -> None:
    """While open, an earlier date extends the interval and a later one changes nothing."""
    versions(root, ana(T, T), ana(T + 10, T - 100), ana(T + 20, T + 15), around=(T + 500,))


@case
def consent_extended_but_not_over_a_withdrawal(root: Path) -> None:
    """An extension stops at the newest withdrawal before it."""
    versions(
        root,
        ana(T, T),
        ana(T + 50),
        ana(T + 100, T + 90),
        ana(T + 110, T + 20),
        around=(T + 20,),
    )


@case
def consent_date_after_the_withdrawal_that_follows(root: Path) -> None:
    """An interval whose end is not after its start does not exist; one of a millisecond does."""
    versions(root, ana(T, T + 500), ana(T + 100), ana(T + 200, T + 150), ana(T + 300, T + 150))
    late, early = customer(BO, "s-bo", T, T + 101), customer(CY, "s-cy", T, T + 99)
    equal = customer(DEE, "s-dee", T, T + 100)
    gone = [record | {"lastUpdateDate": T + 100} for record in (late, early, equal)]
    for record in gone:
        record["shareWithResearchAsOfDate"] = ABSENT
    back = [
        record | {"lastUpdateDate": T + 200, "shareWithResearchAsOfDate": T + 200}
        for record in gone
    ]
    feed(root, "customer", [late, early, equal, *gone, *back], file="part-2.json")
    people = [(BO, "s-bo"), (CY, "s-cy"), (DEE, "s-dee")]
    times = [T + 98, T + 99, T + 100, T + 101, T + 199, T + 200]
    feed(root, "accelerometer", [vector(p, at) for p, _ in people for at in times], file="2.json")
    feed(root, "step_trainer", [reading(s, at) for _, s in people for at in times], file="2.json")


@case
def versions_out_of_order_across_files(root: Path) -> None:
    """Neither the order of lines nor that of files counts, only lastupdatedate."""
    feed(root, "customer", [ana(T + 200, T + 150), ana(T, T)], file="a.json")
    feed(root, "customer", [ana(T + 100)], file="b.json")
    feed(root, "customer", [ana(T - 100, T - 60), ana(T - 50)], file="0.json")
    vectors, readings = walk(ANA, "s-ana", [T + ms for ms in range(-110, 211, 5)])
    feed(root, "accelerometer", vectors)
    feed(root, "step_trainer", readings)


@case
def a_version_that_came_twice(root: Path) -> None:
    """Delivered again, as a whole or in another spelling of the same values."""
    again = ana(str(T), f"{T}.0", registrationDate=Raw(f"{T - 10 * DAY}.0"))
    land(root, [ana(T, T), ana(T, T), again], *walk(ANA, "s-ana", [T, T + 1]))
    feed(root, "customer", [ana(T, T) | {"unknown": 1}], file="part-2.json")


@case
def consent_dates_of_0_and_below_withdraw(root: Path) -> None:
    """A new version with 0 or a negative date withdraws like one without the key."""
    for email, value in [(ANA, 0), (BO, -1), (CY, ""), (DEE, None)]:
        name = email.split("@")[0]
        records = [
            customer(email, f"s-{name}", T, T),
            customer(email, f"s-{name}", T + 10, value),
            customer(email, f"s-{name}", T + 20, T + 15 if email in (ANA, CY) else value),
        ]
        vectors, readings = walk(email, f"s-{name}", [T, T + 9, T + 10, T + 15, T + 20])
        feed(root, "customer", records, file=f"{name}.json")
        feed(root, "accelerometer", vectors, file=f"{name}.json")
        feed(root, "step_trainer", readings, file=f"{name}.json")


# ---- fail closed ------------------------------------------------------------------------------


@case
def garbled_newest_version(root: Path) -> None:
    """A newest version that is rejected keeps its person out and ends the intervals."""
    bad = [
        {"shareWithResearchAsOfDate": "soon"},
        {"serialNumber": ABSENT},
        {"registrationDate": {}},
        {"customerName": ["x"]},
        {"shareWithFriendsAsOfDate": False},
    ]
    for n, change in enumerate(bad):
        email, serial = f"p{n}@example.com", f"s-{n}"
        records = [
            customer(email, serial, T, T, shareWithPublicAsOfDate=T + 3),
            customer(email, serial, T + 10, T) | change,
        ]
        vectors, readings = walk(email, serial, [T - 1, T, T + 9, T + 10, T + 11])
        feed(root, "customer", records, file=f"{n}.json")
        feed(root, "accelerometer", vectors, file=f"{n}.json")
        feed(root, "step_trainer", readings, file=f"{n}.json")


@case
def garbled_version_between_two_good_ones(root: Path) -> None:
    """It ends the interval, and the next consent does not reach back over it."""
    versions(root, ana(T, T), ana(T + 50, T, phone={}), ana(T + 100, T), around=(T + 200,))
    feed(
        root,
        "customer",
        [
            customer(BO, "s-bo", T, T),
            customer(BO, ABSENT, T + 50, T),
            customer(BO, "s-bo", T + 100, T + 80),
        ],
        file="part-2.json",
    )
    vectors, readings = walk(BO, "s-bo", [T + ms for ms in (0, 49, 50, 79, 80, 100)])
    feed(root, "accelerometer", vectors, file="part-2.json")
    feed(root, "step_trainer", readings, file="part-2.json")


@case
def garbled_first_version(root: Path) -> None:
    """A rejected record before the first good one holds its consent back."""
    versions(root, ana(T, "x"), ana(T + 100, T - 100), around=(T - 100,))


@case
def garbled_twin_of_a_usable_version(root: Path) -> None:
    """A usable record with the same e-mail and lastupdatedate takes the rejected one's place."""
    versions(
        root,
        ana(T, "x"),
        ana(T, T),
        ana(T + 50, T, shareWithPublicAsOfDate=T),
        ana(T + 50, T, registrationDate=ABSENT),
    )


@case
def garbled_versions_that_cannot_be_placed(root: Path) -> None:
    """Without a readable e-mail and lastupdatedate a rejected record is no version of anyone."""
    versions(
        root,
        ana(T, T),
        ana("later"),
        ana(ABSENT),
        ana(AFTER_LAST),
        ana(T + 20, "x") | {"email": None},
        ana(T + 20, "x") | {"email": "  "},
        ana(T + 20, "x") | {"email": ["ana@example.com"]},
        ana(T + 20, "x") | {"email": "Ana@example.com"},
        Raw('{"email":"ana@example.com","lastUpdateDate":1655564500000'),
    )


@case
def person_with_rejected_records_only(root: Path) -> None:
    """No customer, no interval, no claim."""
    land(root, [ana(T, "x"), ana(T + 1, T, phone=[])], *walk(ANA, "s-ana", [T, T + 1]))


# ---- ties on lastupdatedate -------------------------------------------------------------------


@case
def tie_without_consent_first(root: Path) -> None:
    """Of several with one lastupdatedate, one without research consent is current."""
    for n, value in enumerate([ABSENT, None, "", 0, -7]):
        email, serial = f"p{n}@example.com", f"s-{n}"
        tied = [customer(email, serial, T, T), customer(email, serial, T, value)]
        older = customer(email, serial, T - 50, T - 50)
        vectors, readings = walk(email, serial, [T - 51, T - 50, T - 1, T, T + 1])
        feed(root, "customer", [*tied[:: 1 if n % 2 else -1], older], file=f"{n}.json")
        feed(root, "accelerometer", vectors, file=f"{n}.json")
        feed(root, "step_trainer", readings, file=f"{n}.json")


@case
def tie_without_consent_then_consent_again(root: Path) -> None:
    """A tied refusal withdraws like any other, and holds later consents back."""
    versions(root, ana(T, T), ana(T + 50, T), ana(T + 50), ana(T + 100, T))


@case
def tie_by_later_consent_date(root: Path) -> None:
    """Else the later consent date wins, even against a smaller row."""
    versions(
        root,
        ana(T, T - 30, customerName="Aaron"),
        ana(T, T - 10, customerName="Zoe"),
        ana(T, T - 20, customerName="Aaron"),
    )


@case
def tie_by_purpose(root: Path) -> None:
    """The intervals of a purpose look at that purpose alone."""
    public, friends = "shareWithPublicAsOfDate", "shareWithFriendsAsOfDate"
    versions(
        root,
        ana(T - 50, T - 50, **{public: T - 50, friends: T - 50}),
        ana(T, T - 30, **{public: T - 10, friends: 0}),
        ana(T, T - 10, **{friends: T - 20}),
        ana(T, T - 20, **{public: T - 5, friends: T - 30}),
        ana(T + 50, T - 60, **{public: T - 60, friends: T - 60}),
    )


def tied_people(root: Path, choices: Sequence[tuple[dict[str, Any], ...]]) -> None:
    """For each choice a person with one version a change, all with the same two dates."""
    records, vectors, readings = [], [], []
    for n, changes in enumerate(choices):
        email, serial = f"p{n:02}@example.com", f"s-{n:02}"
        records += [customer(email, serial, T, T) | change for change in changes]
        more = walk(email, serial, [T - 1, T, T + 1])
        vectors += more[0]
        readings += more[1]
    land(root, records, vectors, readings)


@case
def tie_by_each_column(root: Path) -> None:
    """The smallest row by columns in published order, each column once, in both file orders."""
    pairs = [
        ("customerName", "Ann", "Anna"),
        ("phone", "100", "20"),
        ("birthDay", "1980-01-01", "1980-01-02"),
        ("serialNumber", "s-aaa", "s-bbb"),
        ("registrationDate", T - 9, T - 8),
        ("shareWithPublicAsOfDate", -5, 0),
        ("shareWithPublicAsOfDate", T - 1, T),
        ("shareWithFriendsAsOfDate", FIRST, T),
    ]
    choices = []
    for key, small, large in pairs:
        choices.append(({key: small}, {key: large}))
        choices.append(({key: large}, {key: small}))
    tied_people(root, choices)


@case
def tie_by_an_earlier_column_first(root: Path) -> None:
    """An earlier column decides before a later one does."""
    keys = ["customerName", "phone", "birthDay", "serialNumber"]
    tied_people(
        root,
        [
            ({first: "a", second: "z"}, {first: "b", second: "a"})
            for n, first in enumerate(keys)
            for second in keys[n + 1 :]
        ]
        + [({"serialNumber": "z", "registrationDate": T - 9}, {"serialNumber": "a"})],
    )


@case
def tie_with_null_last(root: Path) -> None:
    """NULL is larger than every value; an empty or blank text is not NULL but the smallest."""
    keys = ["customerName", "phone", "birthDay"]
    dates = ["shareWithPublicAsOfDate", "shareWithFriendsAsOfDate"]
    tied_people(
        root,
        [({key: ABSENT}, {key: "\U0010ffff"}) for key in keys]
        + [({key: None}, {key: ""}) for key in keys]
        + [({key: ""}, {key: " "}, {key: None}) for key in keys]
        + [({key: ABSENT}, {key: LAST}) for key in dates]
        + [({key: ABSENT}, {key: 0}, {key: -1}) for key in dates]
        + [({key: ""}, {key: 0}) for key in dates],
    )


@case
def tie_by_code_point(root: Path) -> None:
    """Texts are compared by code point: not by case, not by language, not by UTF-16 unit."""
    pairs = [
        ("Zoe", "anna"),
        ("Zoe", "\u00c4nne"),
        ("z", "\u00e4"),
        ("e\u0301", "\u00e9"),
        ("a", "a "),
        ("a b", "a-b"),
        ("a", "\u0430"),
        ("\ue000", "\U0001f45f"),
        ("\uf8ff", "\U00010000"),
        ("\uff5a", "\U0001f45f"),
        ("\ufffd", "\U0001d538"),
        ("\ud7ff", "\ue000"),
        ("9", "\u0663"),
        ("10", "9"),
        ("", "\u0001"),
    ]
    names = [({"customerName": a}, {"customerName": b}) for a, b in pairs]
    serials = [({"serialNumber": "s-" + b}, {"serialNumber": "s-" + a}) for a, b in pairs]
    tied_people(root, names + serials)


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


# ---- values -----------------------------------------------------------------------------------

NUMBERS: list[Any] = [
    0, 5, -5, Raw("-0"), Raw("-0.0"), Raw("0e0"), Raw("5.0"), Raw("5.00e0"), 1.5, Raw("1e3"),
    Raw("1E3"), Raw("1E+3"), Raw("10e-1"), Raw("1e-3"), Raw("15e-1"), Raw("1e400"), Raw("-1e400"),
    Raw("1e-400"), Raw("-1e-400"), Raw("1e308"), Raw("1.7976931348623157e308"),
    Raw("1.7976931348623159e308"), Raw("4.9e-324"), Raw("2e-324"), Raw("0.1"), Raw("1" + "0" * 30),
    Raw("1" + "0" * 400), Raw("-" + "9" * 400), Raw("0." + "0" * 400 + "1"),
    Raw("0.30000000000000004"), Raw("123456789012345678901234567890"),
    "0", "5", "-5", "-0", "5.0", "1.5", "-1.50", "007", "-007", "00.10", "1e3", "1E3", "+5",
    " 5 ", "5 ", " 5", "5\n", "\t5", "5.", ".5", "-.5", "-", "--5", "5-", "1,5", "1_000", "0x10",
    "\u0665", "\uff15", "5\u00a0", "5\u0000", "NaN", "Infinity", "-Infinity", "nan", "inf", "null",
    "true", "1" * 400, "0." + "3" * 400, "0" * 400 + "5", "five", "1.2.3", "5;", "\\5",
    True, False, None, ABSENT, "", " ", "\t\n\v\f\r ", "\u00a0", "\u0085", "\u2028", [], {}, [5],
    {"value": 5}, [[]],
    2**31 - 1, 2**31, -(2**31), -(2**31) - 1, Raw("2147483647.0"), Raw("2147483647.5"),
    Raw("2147483648.0"), str(2**31 - 1), str(2**31), Raw("2.147483647e9"),
    2**53 - 1, 2**53, 2**53 + 1, -(2**53) + 1, -(2**53), str(2**53 - 1), str(2**53),
    Raw("9007199254740991.0"), Raw("9007199254740991.4"), Raw("9007199254740991.5"),
    Raw("9007199254740990.5"), 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 2**64 - 1,
    Raw("5.0000000000000000000001"), Raw("5.0000000000001"), Raw("4.99999999999999999999999"),
    "5.0000000000000000000001", "4.9999999999999999999",
]  # fmt: skip


@case
def numbers_in_double_columns(root: Path) -> None:
    """Each way to write a number, in x, y and z."""
    records = []
    for n, value in enumerate(NUMBERS):
        records += [vector(ANA, T + n) | {axis: value} for axis in "xyz"]
    readings = [reading("s-ana", T + n) for n in range(len(NUMBERS))]
    land(root, [ana(T, T)], records, readings)


@case
def numbers_in_an_integer_column(root: Path) -> None:
    """Each way to write a number, as the distance."""
    readings = [reading("s-ana", T + n, value) for n, value in enumerate(NUMBERS)]
    vectors = [vector(ANA, T + n) for n in range(len(NUMBERS))]
    land(root, [ana(T, T)], vectors, readings)


@case
def numbers_in_time_columns(root: Path) -> None:
    """Each way to write a number, as a required time and as a consent date."""
    records = [
        customer(f"p{n:03}@example.com", "s-1", T, T) | {key: value}
        for n, value in enumerate(NUMBERS)
        for key in ("registrationDate", "lastUpdateDate", "shareWithFriendsAsOfDate")
    ]
    land(
        root,
        [ana(T, T), *records],
        [vector(ANA, value) for value in NUMBERS],
        [reading("s-ana", value) for value in NUMBERS],
    )


TIMES: list[Any] = [
    BEFORE_FIRST, FIRST, FIRST + 1, LAST, AFTER_LAST, AFTER_LAST + 1, str(FIRST),
    str(BEFORE_FIRST), str(LAST), str(AFTER_LAST), Raw(f"{LAST}.0"), Raw(f"{LAST}.5"),
    Raw(f"{LAST}.9999999"), Raw(f"{BEFORE_FIRST}.99999999"), Raw("9.466848e11"),
    Raw("4.1024448e12"), 0, -1, 1, 1_655_564_400, T * 1000, "2022-06-18T15:00:00Z",
]  # fmt: skip


@case
def time_bounds(root: Path) -> None:
    """From 2000-01-01 to before 2100-01-01, on both sides, in every time column."""
    keys = [
        "registrationDate",
        "lastUpdateDate",
        "shareWithResearchAsOfDate",
        "shareWithPublicAsOfDate",
        "shareWithFriendsAsOfDate",
    ]
    records = [
        customer(f"p{n}-{k}@example.com", f"s-{n}-{k}", T, T) | {key: value}
        for n, value in enumerate(TIMES)
        for k, key in enumerate(keys)
    ]
    vectors = [vector(f"p{n}-2@example.com", t) for n in range(len(TIMES)) for t in TIMES]
    readings = [reading(f"s-{n}-2", t) for n in range(len(TIMES)) for t in TIMES]
    land(root, records, vectors, readings)


TEXTS: list[Any] = [
    "plain", "", " ", "\t\n\v\f\r ", "\u00a0", "\u0085", "\u200b", "\u2028", "\u3000", "\x1c",
    "\x1f", "\x7f", " outer ", "tab\there", "line\nbreak", "carriage\rreturn", 'quote"', "it's",
    "back\\slash", "a,b", "null", "true", 5, 0, -5, Raw("12345678901234567890"),
    Raw("1" + "0" * 60), 8015550100, True, False, None, ABSENT, [], {}, ["x"], {"x": "y"},
    "caf\u00e9", "cafe\u0301", "\U0001f45f", "\U0010ffff", "\ufffd", "\ufffe", "\ufeff",
    Raw('"\\u0061b\\/c\\b\\f"'), Raw('"\\ud83d\\udc5f"'), Raw('"\\\\ud800"'), Raw('"\\u0020"'),
    Raw('"\\u000b"'), "x" * 5000, "{}", "${x} {{ y }} %s", "--", ";",
]  # fmt: skip


@case
def texts_of_every_kind(root: Path) -> None:
    """Each way to write a text, in optional and in required columns."""
    records = [
        customer(f"p{n}-{key}@example.com", f"s-{n}-{key}", T, T) | {key: value}
        for n, value in enumerate(TEXTS)
        for key in ("customerName", "phone", "birthDay", "serialNumber", "email")
    ]
    land(
        root,
        records,
        [vector(value, T) for value in TEXTS]
        + [vector(f"p{n}-serialNumber@example.com", T) for n in range(len(TEXTS))],
        [reading(value, T) for value in TEXTS],
    )


@case
def text_with_a_nul_character(root: Path) -> None:
    """An escaped NUL is a character like any other."""
    land(
        root,
        [ana(T, T, customerName="a\u0000b"), customer("\u0000", "s-\u0000", T, T)],
        [vector(ANA, T), vector("\u0000", T)],
        [reading("s-ana", T), reading("s-\u0000", T), reading("s-", T)],
    )


@case
def missing_columns(root: Path) -> None:
    """Each column missing, alone, with another one, and all together."""
    for name, record in [
        ("customer", ana(T, T)),
        ("accelerometer", vector(ANA, T)),
        ("step_trainer", reading("s-ana", T)),
    ]:
        keys = list(record)
        subsets = [{a, b} for a in keys for b in keys] + [set(keys)]
        feed(
            root,
            name,
            [record]
            + [record | dict.fromkeys(subset, gone) for subset in subsets for gone in (ABSENT, "")],
        )


@case
def the_only_optional_value_is_invalid(root: Path) -> None:
    """Nothing else of the record draws attention to it."""
    bare = {name: ABSENT for name in ("customerName", "phone", "birthDay")}
    people = [customer(ANA, "s-ana", research="soon", **bare), customer(BO, "s-bo", **bare)]
    land(root, people, [vector(ANA, T), vector(BO, T)], [reading("s-ana", T)])


@case
def missing_and_invalid_columns(root: Path) -> None:
    """First all that miss, then all that are invalid, both in the order of the columns."""
    nothing: dict = {}
    bad: dict = {"customerName": [], "email": {}, "registrationDate": "x"}
    land(
        root,
        [
            nothing,
            Raw("{ }"),
            ana(T, "x") | {"phone": [], "email": "", "lastUpdateDate": " "},
            ana(T, T) | bad,
            ana(T, T) | {key: {} for key in ana(T, T)},
            ana(T, True) | {"serialNumber": None, "customerName": [], "birthDay": {}},
            {"shareWithFriendsAsOfDate": "x", "shareWithPublicAsOfDate": 5},
        ],
        [
            nothing,
            vector("", "x", True, "", None),
            vector([], [], [], [], []),
            vector(ANA, "", "x", 0, ABSENT),
            {"z": "z", "x": None},
        ],
        [
            nothing,
            reading("", "x", True),
            reading({}, None, 1.5),
            reading(ABSENT, 0, ""),
            {"distanceFromObject": "far"},
        ],
    )


@case
def keys_of_every_kind(root: Path) -> None:
    """Keys match exactly; unknown ones are ignored; one in escapes is the same key."""
    ok = encoded(vector(ANA, T)).decode()[1:-1]
    land(
        root,
        [
            ana(T, T) | {"Email": 5, "EMAIL": [], "email ": None, "": 1},
            Raw(encoded(customer(BO, "s-bo", T, T)).decode().replace('"email"', '"\\u0065mail"')),
            {key.lower(): value for key, value in customer(CY, "s-cy", T, T).items()},
            {key.upper(): value for key, value in customer(CY, "s-cy", T, T).items()},
            customer("eve@example.org", "s-eve", T) | {"sharewithresearchasofdate": T},
            customer(DEE, "s-dee", T, T) | {"customer": {"email": 1}, "timestamp": "x", "user": []},
        ],
        [
            Raw(f"{{{ok}}}"),
            Raw(f'{{{ok},"User":1,"user ":2," user":3}}'),
            Raw(f'{{{ok},"nested":{{"x":"bad","user":null,"x":1}}}}'),
            Raw(f'{{{ok},"list":[{{"x":1,"x":2}},[],{{}},null,true,1e999,"\\u0000"]}}'),
            Raw(f'{{{ok},"same":1,"same":2}}'),
            Raw(f'{{{ok},"":1,"$":2,"$.x":3,"[0]":4,"a.b":5,"a\\"b":6}}'),
            Raw(f'{{{ok},"email":1,"email":2}}'),
            Raw(f'{{"\\u0078":7,{ok.replace(chr(34) + "x" + chr(34), chr(34) + "X" + chr(34))}}}'),
        ],
        [reading("s-ana", T) | {"$.serialNumber": "x", "serialnumber": "y", "SerialNumber": "z"}],
    )


@case
def declared_key_given_twice(root: Path) -> None:
    """It makes the record unreadable, with equal values, with null, and in escapes, too."""
    ok = encoded(vector(ANA, T)).decode()[1:-1]
    land(
        root,
        [
            ana(T, T),
            Raw(encoded(ana(T + 1)).decode()[:-1] + ',"email":"ana@example.com"}'),
            Raw(encoded(ana(T + 1)).decode()[:-1] + ',"shareWithResearchAsOfDate":1,'
                '"shareWithResearchAsOfDate":2}'),
            Raw(encoded(ana(T + 1)).decode()[:-1] + ',"shareWithPublicAsOfDate":null,'
                '"shareWithPublicAsOfDate":null}'),
        ],
        [
            Raw(f'{{{ok},"x":0.0}}'),
            Raw(f'{{{ok},"x":null}}'),
            Raw(f'{{"x":null,{ok}}}'),
            Raw(f'{{{ok},"\\u0078":1}}'),
            Raw(f'{{{ok},"us\\u0065r":"bo@example.com"}}'),
            Raw(f'{{{ok},"a":{{"x":1}}}}'),
            Raw(f'{{{ok},"a":"\\"x\\":1"}}'),
        ],
        [Raw(encoded(reading("s-ana", T)).decode()[:-1] + ',"distanceFromObject":200}')],
    )  # fmt: skip


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


@case
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


@case
def unreadable_lines_only(root: Path) -> None:
    """All tables but staging are empty."""
    land(root, ["x"], ["{", "y"], ["[]"])


@case
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


@case
def bom_at_the_start_of_a_file(root: Path) -> None:
    """The first line is unreadable here; an engine that drops the mark may read it."""
    first = b"\xef\xbb\xbf" + encoded(vector(ANA, T + 1))
    one_walk(root)
    feed(root, "accelerometer", [first, vector(ANA, T + 2)], file="bom.json")


@case
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


@case
def file_names_with_glob_characters(root: Path) -> None:
    """A name means itself, whatever it would match as a pattern."""
    one_walk(root)
    names = ["star*.json", "what?.json", "bracket[1].json", "brace{1,2}.json", "bracket1.json"]
    for n, name in enumerate(names):
        feed(root, "accelerometer", [vector(ANA, T, n)], file=name)


@case
def files_beside_the_landing(root: Path) -> None:
    """What lies beside the landing folders is none of the build's business."""
    one_walk(root)
    for path in ["readme.txt", "customer/x.json", "customer/archive/x.json", "other/landing/x.json",
                 "step_trainer/landing.json", "landing/x.json"]:  # fmt: skip
        write(root / path, encoded(customer(BO, "s-bo", T, T)) + b"\n")


@case
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


@case
def record_across_two_files(root: Path) -> None:
    """A file's end ends its last line: two halves are two unreadable rows."""
    one_walk(root)
    half = encoded(vector(ANA, T, 9))
    feed(root, "accelerometer", [vector(ANA, T, 8), half[:20]], file="x-1.json", last_end=False)
    feed(root, "accelerometer", [half[20:], vector(ANA, T, 7)], file="x-2.json")


@case
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


@case
def feeds_of_different_layout(root: Path) -> None:
    """One feed flat, one by arrival; hidden names do not mix a layout."""
    one_walk(root)
    feed(root, "customer", [ana(T + 5)], file="_ingest_date=2022-06-18/x.json")
    for path in (root / "accelerometer" / "landing").iterdir():
        path.unlink()
    vectors = walk(ANA, "s-ana", [T, T + 1])[0]
    feed(root, "accelerometer", vectors, file="ingest_date=2022-06-18/x.json")
    feed(root, "accelerometer", vectors, file="_x.json")


@case
def customers_only(root: Path) -> None:
    """Two feeds are missing and therefore empty."""
    feed(root, "customer", [ana(T, T), customer(BO, "s-bo", T)])


@case
def readings_only(root: Path) -> None:
    """The customers are missing: nobody is known, and nothing is published."""
    vectors, readings = walk(ANA, "s-ana", [T, T + 1])
    feed(root, "accelerometer", vectors)
    feed(root, "step_trainer", readings)


@case
def device_readings_are_missing(root: Path) -> None:
    """Everything but the device tables is built."""
    feed(root, "customer", [ana(T, T)])
    feed(root, "accelerometer", walk(ANA, "s-ana", [T])[0])


@case
def empty_files_only(root: Path) -> None:
    """Three feeds of one empty file each."""
    land(root)


@case
def one_feed_folder_is_empty(root: Path) -> None:
    """A landing folder without files is an empty feed."""
    feed(root, "customer", [ana(T, T)])
    feed(root, "accelerometer", walk(ANA, "s-ana", [T])[0])
    (root / "step_trainer" / "landing").mkdir(parents=True)


@case
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


@case
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


# ---- random landings --------------------------------------------------------------------------


def random_landing(seed: int, root: Path) -> None:
    """A small landing from a seed: few devices and few milliseconds, so that things collide."""
    rng = random.Random(seed)
    moments = [T + 10 * n for n in range(8)]
    emails = [f"p{n}@example.{rng.choice(['com', 'org'])}" for n in range(rng.randint(10, 20))]
    serials = [f"s-{n}" for n in range(rng.randint(4, 9))]
    dirt = rng.choice([0.0, 0.05, 0.15])

    customers = [
        _random_version(rng, email, serials, moments)
        for email in emails
        for _ in range(rng.choice([1, 1, 2, 3, 5]))
    ]
    vectors = [
        vector(
            rng.choice([*emails, *emails, "nobody@example.com"]),
            _near(rng, moments),
            rng.choice([0.0, 1, "1", Raw("-0.0"), -0.5]),
            rng.choice([0, 1.0]),
            rng.choice([0, "-1"]),
        )
        for _ in range(rng.randint(40, 150))
    ]
    readings = [
        reading(rng.choice([*serials, "s-none"]), _near(rng, moments), rng.choice([1, 2, "2"]))
        for _ in range(rng.randint(20, 70))
    ]
    for name, records in [
        ("customer", customers),
        ("accelerometer", vectors),
        ("step_trainer", readings),
    ]:
        records += rng.choices(records, k=len(records) // 10)
        rng.shuffle(records)
        soiled = [_random_dirt(rng, r) if rng.random() < dirt else r for r in records]
        if rng.random() > 0.03 or name == "customer":
            _scatter(rng, root, name, soiled)


def _near(rng: random.Random, moments: list[int]) -> int:
    """A moment, or the millisecond before or after it."""
    return rng.choice(moments) + rng.choice([-1, 0, 0, 0, 1])


def _random_version(
    rng: random.Random, email: str, serials: list[str], moments: list[int]
) -> dict[str, Any]:
    """A version with consent for some purposes, at and around the same few moments."""

    def consent() -> Any:
        if rng.random() < 0.6:
            return _near(rng, moments[:6])
        return rng.choice([ABSENT, ABSENT, None, "", 0, -3, str(moments[2]), LAST])

    weights = [3] + [1] * (len(serials) - 1)
    return customer(
        email,
        rng.choices(serials, weights)[0],
        _near(rng, moments),
        consent(),
        customerName=rng.choice(["Ann", "Bob", "\u00c4nne", "\uff5a", "\U0001f45f", "", None]),
        phone=rng.choice(["1", 2, None]),
        shareWithPublicAsOfDate=consent(),
        shareWithFriendsAsOfDate=consent(),
    )


def _random_dirt(rng: random.Random, record: dict[str, Any]) -> Any:
    """A record with a bad value, without a key, cut, with a key twice, blank, or with more."""
    key = rng.choice(list(record))
    kind = rng.randrange(9)
    if kind < 3:
        values: list[Any] = [
            "",
            None,
            " ",
            "x",
            True,
            [],
            {},
            "1e3",
            1.5,
            2**53,
            BEFORE_FIRST,
            "007",
            " 5 ",
        ]
        if isinstance(record[key], str):  # each engine writes a fraction in a text its own way
            values.remove(1.5)
        if key in ("phone", "customerName"):
            values = ["", None, " ", {}, []]
        return record | {key: rng.choice(values)}
    if kind == 3:
        return record | {key: ABSENT}
    if kind == 4:
        data = encoded(record)
        return data[: rng.randrange(1, len(data))]
    if kind == 5:
        return encoded(record)[:-1] + b"," + json.dumps(key).encode() + b":1}"
    if kind == 6:
        return record | {rng.choice(["extra", key.upper()]): rng.choice([1, {"email": [1]}, "NaN"])}
    if kind == 7:
        return rng.choice([b"\xff", b"{", b"[]", b" \t", b"", b"null", b"\xc2\xa0", b"{}"])
    return encoded(record)[:-1] + b',"extra":' + rng.choice([b"NaN", b"[1,]", b'"\\ud800"']) + b"}"


def _scatter(rng: random.Random, root: Path, name: str, records: list) -> None:
    """The records over some files, flat or by arrival, plain or gzipped, LF or CRLF."""
    by_arrival = rng.random() < 0.4
    count = rng.randint(1, 4)
    for n in range(count):
        data = lines(
            records[n::count],
            end=rng.choice([b"\n", b"\n", b"\r\n", b"\n\n"]),
            last_end=rng.random() < 0.7,
        )
        file = f"part-{n}.json"
        if rng.random() < 0.3:
            data, file = gzip.compress(data, mtime=0), file + ".gz"
        if by_arrival:
            file = f"ingest_date=2022-06-{rng.randint(17, 20)}/{file}"
        write(root / name / "landing" / file, data)
