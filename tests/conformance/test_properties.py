"""Every table equals the oracle's on landings that nobody would think of.

A world is a handful of records of three people, three devices and four milliseconds, so that nearly
everything in it collides: versions, ties, withdrawals, shared devices, redeliveries and rejects.
Worlds have nobody, no device and no millisecond in common, so that one landing, and one run of
dbt, checks 100 of them at once. Where a table differs, the test looks for one world that suffices
and drops its records one by one, and shows the lines that are left.

STEDI_PROPERTY_EXAMPLES is the number of such landings; naming it also draws new ones each time.
The ordinary run always checks the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.conformance import oracle
from tests.conformance.test_conformance import differences
from tests.support.lakehouse import PEPPER, Lakehouse
from tests.support.records import T, customer, encoded, feed, reading, vector

EXAMPLES = os.environ.get("STEDI_PROPERTY_EXAMPLES")
LANDING_COUNT = int(EXAMPLES or 5)  # each takes a run of dbt: seconds

WORLDS = 100  # nearly as many as hypothesis lets one example draw
WORLD_LENGTH = 1000  # milliseconds between the beginnings of two worlds
TICKS = range(4)

# How a record lands. What stands more often is drawn more often, and so are the first and the last
# of all combinations, so that both are the usual ones.
USUAL = ("once",) * 8
FATES = (*USUAL, "garbled", "twice", *USUAL)
VERSION_FATES = (*USUAL, "garbled", "no serial number", "no date", "cut", "twice", *USUAL)


class Version(NamedTuple):
    """A customer record; the times are ticks of its world."""

    person: str
    serial: str
    updated: int
    research: int | str | None  # "now" is the time of the update
    public: int | str | None
    fate: str


class Vector(NamedTuple):
    """A phone reading; nobody has heard of d."""

    user: str
    at: int
    x: int
    fate: str


class Reading(NamedTuple):
    """A device reading; nobody has heard of u."""

    serial: str
    at: int
    distance: int
    fate: str


class World(NamedTuple):
    """Records that have nothing in common with those of other worlds."""

    versions: list[Version]
    vectors: list[Vector]
    readings: list[Reading]


# One draw a record: hypothesis limits what an example may draw, and worlds are what counts.
VERSIONS = [
    Version(*parts)
    for parts in product(
        "aaacbbb",
        "rrtss",
        TICKS,
        ("now", 0, None, 3, None, "0", "now", "now"),
        ("now", 0, None, "now"),
        VERSION_FATES,
    )
]
VECTORS = [Vector(*parts) for parts in product("aaaadccbbbb", TICKS, (0, 1), FATES)]
READINGS = [Reading(*parts) for parts in product("rrrrutsss", TICKS, (1, 2), FATES)]


def some(records: list, at_least: int, at_most: int) -> st.SearchStrategy[list]:
    """A few of the records; not sampled_from, whose name would be as long as all of them."""
    return st.lists(
        st.integers(0, len(records) - 1).map(records.__getitem__),
        min_size=at_least,
        max_size=at_most,
    )


WORLD = st.builds(World, some(VERSIONS, 2, 8), some(VECTORS, 3, 10), some(READINGS, 2, 7))
LANDINGS = st.lists(WORLD, min_size=WORLDS, max_size=WORLDS)


@cache
def landings() -> list[list[World]]:
    """The landings of this run; the first holds the simplest worlds only."""
    drawn: list[list[World]] = []

    @settings(
        max_examples=LANDING_COUNT,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        # Shrinking would take hundreds of builds; `smallest` knows that worlds are independent.
        phases=[Phase.generate],
    )
    @given(LANDINGS)
    def draw(worlds: list[World]) -> None:
        drawn.append(worlds)

    draw()
    return drawn


# ---- worlds to landings -----------------------------------------------------------------------


def write_landing(root: Path, worlds: list[World]) -> None:
    """All records of all worlds; what comes twice comes again in a file of its own."""
    for name, lines_of in (
        ("customer", customer_lines),
        ("accelerometer", vector_lines),
        ("step_trainer", reading_lines),
    ):
        landed = [line for number, world in enumerate(worlds) for line in lines_of(number, world)]
        feed(root, name, [line for _, line in landed])
        feed(root, name, [line for fate, line in landed if fate == "twice"], file="again.json")


def customer_lines(number: int, world: World) -> Iterator[tuple[str, bytes]]:
    """Fate and line of each version."""
    begin = T + number * WORLD_LENGTH
    for version in world.versions:

        def date(consent: int | str | None, updated: int = version.updated) -> int | str | None:
            if consent == "now":
                return begin + updated
            return begin + consent if isinstance(consent, int) else consent

        record = customer(
            f"{version.person}{number}@example.com",
            f"{version.serial}-{number}",
            date("now"),
            date(version.research),
            shareWithPublicAsOfDate=date(version.public),
        )
        if version.fate == "garbled":
            record["shareWithResearchAsOfDate"] = "soon"
        if version.fate == "no serial number":
            record["serialNumber"] = None
        if version.fate == "no date":
            record["lastUpdateDate"] = ""
        line = encoded(record)
        yield version.fate, line[:-1] if version.fate == "cut" else line


def vector_lines(number: int, world: World) -> Iterator[tuple[str, bytes]]:
    """Fate and line of each phone reading."""
    for user, at, x, fate in world.vectors:
        moment = T + number * WORLD_LENGTH + at
        value = "x" if fate == "garbled" else x
        yield fate, encoded(vector(f"{user}{number}@example.com", moment, value))


def reading_lines(number: int, world: World) -> Iterator[tuple[str, bytes]]:
    """Fate and line of each device reading."""
    for serial, at, distance, fate in world.readings:
        moment = T + number * WORLD_LENGTH + at
        value = 1.5 if fate == "garbled" else distance
        yield fate, encoded(reading(f"{serial}-{number}", moment, value))


# ---- the smallest world that differs ----------------------------------------------------------


def smallest(worlds: list[World], differs: Callable[[list[World]], object]) -> list[World]:
    """One world if one suffices, and no record of it that could be left out."""
    while len(worlds) > 1:
        middle = len(worlds) // 2
        for part in (worlds[:middle], worlds[middle:]):
            if differs(part):
                worlds = part
                break
        else:
            return worlds
    (world,) = worlds
    for field in World._fields:
        for position in reversed(range(len(getattr(world, field)))):
            records = getattr(world, field)
            less = world._replace(**{field: records[:position] + records[position + 1 :]})
            if differs([less]):
                world = less
    return [world]


def shown(root: Path, found: list[str]) -> str:
    """The differences, and the landing that shows them."""
    files = sorted(root.glob("*/landing/*.json"))
    texts = [f"{file.relative_to(root)}:\n{file.read_text()}" for file in files]
    return "\n".join(found + texts)


# ---- tests ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(LANDING_COUNT))
def test_tables_equal_the_oracle_on_any_worlds(
    lakehouse: Lakehouse, landing_root: Path, number: int
) -> None:
    def found_in(worlds: list[World]) -> list[str]:
        return differences(lakehouse, landing_root, lambda root: write_landing(root, worlds))

    if found_in(landings()[number]):
        found = found_in(smallest(landings()[number], found_in))
        pytest.fail(shown(landing_root, found))


OUTCOMES = {
    "customer": {"superseded_version", "no_consent", "kept"},
    "accelerometer": {
        *("unknown_user", "no_consent", "before_consent", "between_consents"),
        *("ambiguous_owner", "no_device_reading", "kept"),
    },
    "step_trainer": {
        *("unknown_device", "ambiguous_owner", "no_phone_reading", "no_consent"),
        *("before_consent", "between_consents", "former_device", "kept"),
    },
}


def test_worlds_reach_every_outcome(tmp_path: Path) -> None:
    reached: set[tuple] = set()
    for number, worlds in enumerate(landings()):
        root = tmp_path / f"landing-{number}"
        write_landing(root, worlds)
        tables = oracle.build(root, PEPPER)
        reached.update(row[:2] for row in tables["row_accounting"])
        reached.update((reason,) for reason, _ in tables["reconciliation"])
        reached.update((table,) for table, rows in tables.items() if rows)
    outcomes = {
        (feed, outcome)
        for feed, some in OUTCOMES.items()
        for outcome in (*some, "rejected", "redelivered")
    }
    reasons = {("right",), ("not_consented_at_capture",), ("other_person_or_owner_unknown",)}
    assert outcomes | reasons | {(table,) for table in oracle.COLUMNS} <= reached


def test_smallest_finds_the_one_record_that_matters() -> None:
    empty = World([], [], [])
    bad = Vector("a", 0, 1, "garbled")
    worlds = [World([], VECTORS[n : n + 3], READINGS[:2]) for n in range(0, 600, 3)]
    assert sum(bad in world.vectors for world in worlds) > 1

    def differs(part: list[World]) -> bool:
        return any(bad in world.vectors for world in part)

    assert smallest(worlds, differs) == [empty._replace(vectors=[bad])]
    together = [empty._replace(vectors=[bad]), empty._replace(readings=READINGS[:1])]
    assert smallest(together, lambda part: len(part) > 1) == together
