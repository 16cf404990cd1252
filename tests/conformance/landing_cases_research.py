"""Small landing folders for research and audit: outcomes of rows, public sharing, pseudonyms.

`CASES` maps a name to a function that writes a landing below a root, as in landing_cases.
"""

from __future__ import annotations

from pathlib import Path

from tests.conformance.landing_cases import (
    ABSENT,
    ANA,
    BO,
    CY,
    DAY,
    DEE,
    FIRST,
    LAST,
    Raw,
    T,
    Writer,
    ana,
    customer,
    land,
    reading,
    vector,
    walk,
)

CASES: dict[str, Writer] = {}


def case(function: Writer) -> Writer:
    """Registers a case under the name of its function."""
    CASES[function.__name__] = function
    return function


def public(*records: dict, times: tuple[int, ...]) -> tuple[list, list, list]:
    """Versions of Ana, and her walk with s-ana at some milliseconds."""
    return (list(records), *walk(ANA, "s-ana", list(times)))


# ---- outcomes of readings ---------------------------------------------------------------------


@case
def both_claimants_report(root: Path) -> None:
    """Ana and Bo share a device and walk at once: nobody knows whose reading it is."""
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


# ---- pseudonyms, moments, sums ----------------------------------------------------------------


@case
def people_of_every_split(root: Path) -> None:
    """Sixty people, some with two devices or two readings: a person is in one split."""
    people = [(f"walker-{n}@example.org", f"trainer-{n // 2}") for n in range(60)]
    land(
        root,
        [customer(email, serial, T, T, shareWithPublicAsOfDate=T) for email, serial in people],
        [vector(email, T + n + ms) for n, (email, _) in enumerate(people) for ms in (0, 100)],
        [reading(serial, T + n + ms) for n, (_, serial) in enumerate(people) for ms in (0, 100)],
    )


@case
def names_that_try_the_hash(root: Path) -> None:
    """Colons, spaces, quotes, backslashes, other scripts; a serial number that is an e-mail."""
    people = [
        (ANA, ANA),
        ("subject:a", "device:a"),
        (":", "::"),
        (" b@example.com ", " s 1 "),
        ("c'\"\\n%{}$1@example.com", "\\x41'||'"),
        ("zo\u00eb@example.com", "\u00eb"),
        ("zoe\u0308@example.com", "e\u0308"),
        ("\U0001f45f@example.com", "\U0001f45f"),
        ("\u05d0\u200e@example.com", "\u200b"),
        ("l" * 5000, "1" * 5000),
        ("Ana@example.com", "007"),
        ("dee\t@example.org", "a\nb"),
    ]
    land(
        root,
        [customer(email, serial, T, T) for email, serial in people],
        [vector(email, T + n) for n, (email, _) in enumerate(people)],
        [reading(serial, T + n) for n, (_, serial) in enumerate(people)],
    )


@case
def moments_of_every_length(root: Path) -> None:
    """Milliseconds become microseconds of UTC: first, last, odd, and around days and years."""
    moments = [FIRST, FIRST + 1, T, T + 1, T + 999, T + 10, T + 7 * DAY + 123, LAST - 1, LAST]
    moments += [951_782_400_000, 951_868_799_999, 1_483_228_799_999, 1_483_228_800_000]
    land(root, [ana(FIRST, FIRST)], *walk(ANA, "s-ana", moments))


@case
def sums_of_vectors(root: Path) -> None:
    """Means and norms of one to three vectors: thirds, signs, zeros, far apart, and large."""
    groups = [
        [(3, 4, 0)],
        [(0, 0, 0)],
        [(1, 0, 0), (0, 0, 1), (0, 0, 0)],
        [(-1, -2, -2), (1, 2, 2)],
        [(0.1, 0.2, 0.3), (0.2, 0.3, 0.1), (0.3, 0.1, 0.2)],
        [(1e-12, 0, 0), (0, -1e-12, 0)],
        [(-4e-10, 1, 1), (-4e-10, 2, 2)],
        [(1000, -1000, 0.001), (0.001, 0.002, 0.003)],
        [(1e155, 0, 0)],
        [(1e308, 1, 1)],
        [(-1e308, 1, 1), (1, 1, 1)],
        [(5e-324, 0, 0)],
        [(1.7e308, 0, 0), (1.7e308, 1, 0), (-1.7e308, 2, 0)],
        [(1.7e308, 0, 0), (-1.7e308, 1, 0), (1.7e308, 2, 0), (-1.7e308, 3, 0)],
    ]
    land(
        root,
        [ana(T, T)],
        [vector(ANA, T + n, *xyz) for n, group in enumerate(groups) for xyz in group],
        [reading("s-ana", T + n, distance) for n in range(len(groups)) for distance in (1, 2)],
    )
