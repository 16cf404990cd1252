"""Any state and a build make the same as a full refresh: histories of landing, settings and builds.

One history is told step by step. Others are drawn: STEDI_PROPERTY_EXAMPLES is their number; naming
it also draws new ones each time. The ordinary run always checks the same.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil

import duckdb
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.conformance import oracle
from tests.conformance.cases.random_landing import random_file, random_records
from tests.conformance.history import History, Landing, assert_equal, fresh_build
from tests.support.interruptions import at_statement, in_a_child, kill
from tests.support.lakehouse import Lakehouse
from tests.support.records import T, encoded, vector

EXAMPLES = os.environ.get("STEDI_PROPERTY_EXAMPLES")

FEEDS = st.sampled_from(oracle.FEEDS)
NUMBERS = st.integers(0, 7)
SEEDS = st.integers(0, 2**16)
DAYS = [f"ingest_date=2022-06-{day}" for day in range(17, 21)]
STATEMENTS = 400  # more than a build has
PARTS = ["stg_customer", "stg_accelerometer", "+customer_trusted", "+step_trainer_trusted"]
SETTINGS = [
    {},
    {"latest_time_ms": T + 35},
    {"earliest_time_ms": T + 15},
    {"longest_line_bytes": 2**16},
]
# Files that must not be in landing, and what a build says of them; a flat file is among days.
REFUSED = [
    ("ingest_date=2022-06-18/hour=1/x.json", "is in the wrong place"),
    ("ingest_date=2022-02-30/x.json", "is in the wrong place"),
    ("x.json.zst", "has the name of a compression"),
]


class Histories(RuleBasedStateMachine):
    """Random changes of landing, and builds that end well or badly."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        super().__init__()
        self.lakehouse = lakehouse
        self.folder = lakehouse.folder / "histories"

    @initialize(seed=SEEDS, day=st.sampled_from([None, *DAYS]))
    def begin(self, seed: int, day: str | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lakehouse.database.unlink(missing_ok=True)
        self.records = random_records(random.Random(seed))
        self.records["accelerometer"].append(vector("p1@example.com", T, extra="x" * 70_000))
        self.history = History(self.lakehouse, self.folder / "landing-0")
        self.roots = [self.history.landing]
        self.file("customer", 0, seed, day)

    @property
    def landing(self) -> Landing:
        return self.history.landing

    # ---- what changes

    @rule(feed=FEEDS, number=NUMBERS, seed=SEEDS, day=st.sampled_from([None, *DAYS]))
    def file(self, feed: str, number: int, seed: int, day: str | None) -> None:
        """A file of records that nobody has seen, or that somebody has; of none, too."""
        rng = random.Random(seed)
        records = self.records[feed]
        some = rng.sample(records, rng.choice([0, 1, 5, len(records) // 3, len(records) // 3]))
        data, ending = random_file(rng, some)
        self.put(feed, f"part-{number}.json{ending}", data, day)

    def put(self, feed: str, name: str, data: bytes, day: str | None) -> None:
        """Put a file where the layout of the feed has its place, and let no name come back."""
        there = self.landing.files(feed)
        if there:
            day = (day or DAYS[0]) if "/" in there[0] else None
        if name not in map(os.path.basename, there):
            self.landing.put(feed, f"{day}/{name}" if day else name, data)

    @rule(feed=FEEDS, pick=NUMBERS, day=st.sampled_from(DAYS))
    def the_same_again(self, feed: str, pick: int, day: str) -> None:
        """The content of a file under another name."""
        if names := self.landing.files(feed):
            name = names[pick % len(names)]
            data = (self.landing.folder(feed) / name).read_bytes()
            self.put(feed, f"again-{os.path.basename(name)}", data, day)

    @rule(feed=FEEDS, pick=NUMBERS)
    def gone(self, feed: str, pick: int) -> None:
        if names := self.landing.files(feed):
            self.landing.take(feed, names[pick % len(names)])

    @rule(feed=FEEDS, pick=NUMBERS, seed=SEEDS, grows=st.booleans())
    def another_size(self, feed: str, pick: int, seed: int, grows: bool) -> None:
        """A file is cut somewhere, or one record longer."""
        if names := self.landing.files(feed):
            record = encoded(random.Random(seed).choice(self.records[feed]))
            self.landing.change(
                feed,
                names[pick % len(names)],
                lambda data: data + b"\n" + record if grows else data[: len(data) // 2],
            )

    @rule(feed=FEEDS, is_folder=st.booleans())
    def no_files(self, feed: str, is_folder: bool) -> None:
        """A feed is empty, with its folder or without; one that is the last keeps it."""
        shutil.rmtree(self.landing.folder(feed), ignore_errors=True)
        if is_folder or not any(self.landing.folder(feed).is_dir() for feed in oracle.FEEDS):
            self.landing.folder(feed).mkdir(parents=True)

    @rule(feed=FEEDS, day=st.sampled_from([None, *DAYS]))
    def another_layout(self, feed: str, day: str | None) -> None:
        self.landing.lay_out(feed, day)

    @rule(to=st.integers(0, 2))
    def another_root(self, to: int) -> None:
        """One where landing was before, or one with the same names and sizes, and other people."""
        if to >= len(self.roots):
            to = len(self.roots)
            root = self.folder / f"landing-{to}"
            others = bytes.maketrans(b"0123456789", b"0123456798")
            self.roots.append(self.landing.copy(root, lambda data: data.translate(others)))
        self.history.landing = self.roots[to]

    @rule(some=st.sampled_from(SETTINGS))
    def another_parser(self, some: dict[str, int]) -> None:
        self.history.settings = some

    # ---- builds

    @rule()
    def build(self) -> None:
        self.history.build()

    @rule()
    def build_twice(self) -> None:
        self.history.build()
        self.history.build()

    @rule()
    def full_refresh(self) -> None:
        self.history.build("--full-refresh")

    @rule(part=st.sampled_from(PARTS))
    def build_a_part(self, part: str) -> None:
        self.history.build("--select", part)

    @rule(number=st.integers(1, STATEMENTS))
    def killed(self, number: int) -> None:
        def run() -> None:
            with at_statement(number, kill):
                self.history.run("--threads", "1")

        assert self.lakehouse.manifest  # read in this process
        in_a_child(run)
        self.history.interrupted()

    @rule(number=st.integers(1, STATEMENTS))
    def a_statement_fails(self, number: int) -> None:
        def fail() -> None:
            raise duckdb.IOException("a test makes this statement fail")

        with at_statement(number, fail):
            self.history.run("--threads", "1")
        self.history.interrupted()

    @rule(feed=FEEDS, day=st.sampled_from(DAYS))
    def broken_file(self, feed: str, day: str) -> None:
        """A file that cannot be unpacked, with good ones in other feeds, until it is taken out."""
        before = self.landing.files(feed)
        self.put(feed, "broken.json.gz", gzip.compress(b"{}\n" * 9, mtime=0)[:-9], day)
        result = self.history.run()
        (new,) = set(self.landing.files(feed)) - set(before)
        self.landing.take(feed, new)
        assert not result.success
        self.history.interrupted()

    @rule(feed=FEEDS, refused=st.sampled_from(REFUSED))
    def refused(self, feed: str, refused: tuple[str, str]) -> None:
        name, said = refused
        self.landing.put(feed, name, b"{}\n")
        self.history.refused(said)
        self.landing.take(feed, name)

    @rule(feed=FEEDS, day=st.sampled_from(DAYS))
    def mixed_layout(self, feed: str, day: str) -> None:
        if names := self.landing.files(feed):
            name = "mixed.json" if "/" in names[0] else f"{day}/mixed.json"
            self.landing.put(feed, name, b"")
            self.history.refused("has a mixed layout")
            self.landing.take(feed, name)

    def teardown(self) -> None:
        """At the end a build equals the first one of an empty database in every table."""
        if hasattr(self, "history"):
            self.history.build()
            assert_equal(self.lakehouse.snapshot(), fresh_build(self.history))
        super().teardown()


def test_a_history_of_every_kind_equals_a_full_refresh(lakehouse: Lakehouse) -> None:
    """What is drawn at random elsewhere, once for sure; feeds are loaded each for itself."""
    told = Histories(lakehouse)
    told.begin(1, None)
    for number, feed in enumerate(oracle.FEEDS):
        told.file(feed, 1, 10 + number, None)
        told.file(feed, 2, 20 + number, None)
    told.build()
    told.file("customer", 3, 30, None)
    told.the_same_again("accelerometer", 0, DAYS[0])
    told.killed(60)
    told.build_a_part("stg_customer")
    told.build_twice()
    told.another_size("customer", 0, 40, True)
    told.gone("accelerometer", 0)
    told.file("step_trainer", 3, 41, None)
    told.broken_file("step_trainer", DAYS[0])
    told.a_statement_fails(150)
    told.build()
    told.another_size("customer", 0, 50, False)
    told.no_files("accelerometer", False)
    told.another_layout("step_trainer", DAYS[1])
    for refused in REFUSED:
        told.refused("customer", refused)
    told.mixed_layout("step_trainer", DAYS[0])
    told.build()
    told.another_root(1)
    told.file("accelerometer", 4, 60, DAYS[2])
    told.build()
    told.another_root(0)
    told.another_parser(SETTINGS[1])
    told.build()
    told.another_parser(SETTINGS[2])
    told.killed(100)
    told.build()
    told.full_refresh()
    told.teardown()


def test_any_history_equals_a_full_refresh(lakehouse: Lakehouse) -> None:
    run_state_machine_as_test(
        lambda: Histories(lakehouse),
        settings=settings(
            max_examples=int(EXAMPLES or 2),
            stateful_step_count=16 if EXAMPLES else 10,
            derandomize=not EXAMPLES,
            deadline=None,
            database=None,
            # Shrinking takes minutes: for those who look for something new.
            phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
