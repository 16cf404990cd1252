"""A random landing from a seed."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

from tests.support.records import (
    ABSENT,
    BEFORE_FIRST,
    LAST,
    Raw,
    T,
    customer,
    encoded,
    lines,
    reading,
    vector,
    write,
)


def random_landing(seed: int, root: Path) -> None:
    """A small landing from a seed."""
    rng = random.Random(seed)
    for name, records in random_records(rng).items():
        if rng.random() > 0.03 or name == "customer":
            _scatter(rng, root, name, records)


def random_records(rng: random.Random) -> dict[str, list]:
    """Records of each feed: few devices and few milliseconds, so that things collide."""
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
    feeds = {"customer": customers, "accelerometer": vectors, "step_trainer": readings}
    for records in feeds.values():
        records += rng.choices(records, k=len(records) // 10)
        rng.shuffle(records)
        records[:] = [_random_dirt(rng, r) if rng.random() < dirt else r for r in records]
    return feeds


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
    """The records over some files, flat or by arrival."""
    by_arrival = rng.random() < 0.4
    count = rng.randint(1, 4)
    for n in range(count):
        data, ending = random_file(rng, records[n::count])
        file = f"part-{n}.json{ending}"
        if by_arrival:
            file = f"ingest_date=2022-06-{rng.randint(17, 20)}/{file}"
        write(root / name / "landing" / file, data)


def random_file(rng: random.Random, records: list) -> tuple[bytes, str]:
    """The bytes of a file of records, LF or CRLF, plain or gzipped, and what ends its name then."""
    end = rng.choice([b"\n", b"\n", b"\r\n", b"\n\n"])
    data = lines(records, end=end, last_end=rng.random() < 0.7)
    return (gzip.compress(data, mtime=0), ".gz") if rng.random() < 0.3 else (data, "")
