"""What must add up between the oracle's tables, whatever the landing."""

from __future__ import annotations

import math
from collections import Counter

from tests.conformance import oracle
from tests.support.lakehouse import multiset

KEYS = {
    "customer_versions": (*oracle.COLUMNS["customer_trusted"], "reject_reasons"),
    "consent_intervals": ("email", "purpose", "valid_from"),
    "device_claims": ("serialnumber", "email"),
    "customer_trusted": ("email",),
    "accelerometer_trusted": ("user", "timestamp", "x", "y", "z"),
    "customers_curated": ("email",),
    "step_trainer_trusted": ("serialnumber", "sensorreadingtime", "distancefromobject"),
    "machine_learning_curated": (
        "serialnumber",
        "sensorreadingtime",
        "distancefromobject",
        "vector_number",
    ),
    "reading_pairs": ("device_key", "captured_at", "distancefromobject", "vector_number"),
    "readings": ("device_key", "captured_at", "distancefromobject"),
    "publishable_reading_pairs": (
        "device_key",
        "captured_at",
        "distancefromobject",
        "vector_number",
    ),
    "row_accounting": ("feed", "outcome", "reject_reasons"),
    "reconciliation": ("reason",),
}


def accounting(tables: dict[str, list[tuple]], feed: str) -> dict[str, int]:
    """The row counts of a feed by outcome."""
    outcomes: Counter[str] = Counter()
    for of, outcome, _, count in tables["row_accounting"]:
        if of == feed:
            outcomes[outcome] += count
    return dict(outcomes)


def column(tables: dict[str, list[tuple]], table: str, name: str) -> list:
    """The values of one column."""
    position = oracle.COLUMNS[table].index(name)
    return [row[position] for row in tables[table]]


def check_identities(tables: dict[str, list[tuple]]) -> None:
    """What must hold for any landing: as wide as its columns, one row a key, sums that add up."""
    for name, rows in tables.items():
        assert {len(row) for row in rows} <= {len(oracle.COLUMNS[name])}
        assert not any(oracle.has_engine_text(row) for row in rows)
    for name, key in KEYS.items():
        positions = [oracle.COLUMNS[name].index(part) for part in key]
        assert len({tuple(row[n] for n in positions) for row in tables[name]}) == len(tables[name])
    for row in tables["consent_intervals"]:
        assert row[3] is None or row[2] < row[3]

    kept = {feed: accounting(tables, feed).get("kept", 0) for feed in oracle.FEEDS}
    for feed in oracle.FEEDS:
        outcomes = accounting(tables, feed)
        assert sum(outcomes.values()) == len(tables[f"stg_{feed}"])
        assert all(count > 0 for count in outcomes.values())
        reasons = Counter(column(tables, f"stg_{feed}", "reject_reasons"))
        usable = reasons.pop(None, 0)
        rows = [row for row in tables["row_accounting"] if row[0] == feed]
        assert {why: count for _, outcome, why, count in rows if outcome == "rejected"} == reasons
        assert Counter(row[3] for row in tables["rejected_records"] if row[0] == feed) == reasons
        width = oracle.COLUMNS[f"stg_{feed}"].index("reject_reasons")
        distinct = {row[:width] for row in tables[f"stg_{feed}"] if row[width] is None}
        assert outcomes.get("redelivered", 0) == usable - len(distinct)

    reasons = dict(tables["reconciliation"])
    pairs, readings = tables["reading_pairs"], tables["readings"]
    assert sum(reasons.values()) == len(tables["machine_learning_curated"])
    assert reasons.get("right", 0) == len(pairs) == sum(column(tables, "readings", "vector_count"))
    assert kept["customer"] == len(tables["customer_trusted"])
    assert kept["step_trainer"] == len(readings)
    # a vector may have several device readings
    assert kept["accelerometer"] == len({(row[4], row[1], *row[5:8]) for row in pairs})
    refused = ("rejected", "redelivered", "unknown_user", "no_consent")
    of_agreeing = {
        outcome: count
        for outcome, count in accounting(tables, "accelerometer").items()
        if outcome not in refused
    }
    assert sum(of_agreeing.values()) == len(tables["accelerometer_trusted"])

    assert {row[:3] for row in pairs} == {row[:3] for row in readings}
    publishable = tables["publishable_reading_pairs"]
    assert not multiset(map(unnumbered, publishable)) - multiset(map(unnumbered, pairs))
    people = {(row[0], row[1], row[2], row[4], row[8]) for row in pairs}
    assert len(people) == len(readings)
    assert len({person[3] for person in people}) == len({person[3:] for person in people})
    for row in readings:
        *_, mean_norm, least, greatest, split = row
        assert least <= greatest
        assert least <= mean_norm <= greatest or math.isclose(mean_norm, greatest, rel_tol=1e-12)
        assert split in ("train", "validation", "test")


def unnumbered(pair: tuple) -> tuple:
    """A row of research without its vector_number."""
    return pair[:3] + pair[4:]
