"""Consent: its values and purposes, versions and intervals, what fails closed, ties."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conformance.cases.registry import case
from tests.support.records import (
    ABSENT,
    AFTER_LAST,
    ANA,
    BEFORE_FIRST,
    BO,
    CY,
    DAY,
    DEE,
    FIRST,
    LAST,
    Raw,
    T,
    ana,
    customer,
    feed,
    land,
    reading,
    vector,
    versions,
    walk,
)

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
def garbled_versions_of_one_moment(root: Path) -> None:
    """Rejected for different reasons and otherwise equal: always the same one is current."""
    bad = {"shareWithPublicAsOfDate": "soon"}, {"shareWithFriendsAsOfDate": "soon"}
    people = [(f"p{n}@example.com", f"s-{n}") for n in range(8)]
    land(
        root,
        [
            customer(email, serial, T, "soon") | change
            for n, (email, serial) in enumerate(people)
            for change in (bad[n % 2], {}, bad[1 - n % 2])
        ],
        [vector(email, T) for email, _ in people],
        [reading(serial, T) for _, serial in people],
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
