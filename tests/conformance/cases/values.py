"""Values: numbers, times, texts, keys; pseudonyms, moments and sums made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conformance.cases.registry import alone, case
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
    encoded,
    feed,
    land,
    reading,
    vector,
    walk,
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


@alone
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


@alone
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
