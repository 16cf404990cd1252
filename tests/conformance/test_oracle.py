"""The oracle itself, on examples small enough to be worked out by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import landing_cases as cases
from tests.conformance import oracle
from tests.conformance.landing_cases import ANA, BO, CY, T, customer, reading, vector
from tests.conformance.oracle.consent import (
    Interval,
    Version,
    consent_date_of,
    intervals_of,
    merged,
)
from tests.conformance.oracle.staging import stage_record
from tests.support.lakehouse import PEPPER

NO_REASON = None


def staged(feed: str, record: Any) -> tuple:
    """Typed columns and reject reasons of one record."""
    return stage_record(feed, cases.encoded(record))[:-1]


def history(*steps: tuple[int, int | None]) -> list[Version]:
    """Versions from pairs of lastupdatedate and research consent date."""
    return [
        Version(at, (("n", ANA, "p", "b", "s", 1, at, research, None, None),))
        for at, research in sorted(steps)
    ]


def research(*steps: tuple[int, int | None]) -> list[tuple]:
    """The research intervals of such versions."""
    return [tuple(interval) for interval in intervals_of(history(*steps), "research")]


def landed(tmp_path: Path, *records: list) -> dict[str, list[tuple]]:
    """All tables of a landing of customers, vectors and readings."""
    cases.land(tmp_path, *records)
    return oracle.build(tmp_path, PEPPER)


# ---- staging ----------------------------------------------------------------------------------


def test_a_clean_record_of_each_feed() -> None:
    line = (
        b'{"customerName":"Ana Ray","email":"ana@example.com","phone":8015550100,'
        b'"birthDay":"1980-02-29","serialNumber":"s-1","registrationDate":1655564400000,'
        b'"lastUpdateDate":"1655564400001","shareWithResearchAsOfDate":1655564400002.0}'
    )
    assert stage_record("customer", line) == (
        "Ana Ray", "ana@example.com", "8015550100", "1980-02-29", "s-1", 1655564400000,
        1655564400001, 1655564400002, None, None, NO_REASON, line.decode(),
    )  # fmt: skip
    line = b'{"user":"ana@example.com","timestamp":1655564400000,"x":1.0,"y":-1,"z":"-0.50"}'
    assert stage_record("accelerometer", line) == (
        "ana@example.com", 1655564400000, 1.0, -1.0, -0.5, NO_REASON, line.decode(),
    )  # fmt: skip
    line = b'{"sensorReadingTime":1655564400000,"serialNumber":"s-1","distanceFromObject":218}'
    assert stage_record("step_trainer", line) == (
        1655564400000, "s-1", 218, NO_REASON, line.decode(),
    )  # fmt: skip


@pytest.mark.parametrize("line", cases.broken_lines())
def test_broken_lines_are_unreadable(line: bytes) -> None:
    assert stage_record("accelerometer", line) == (None,) * 5 + ("unreadable_json", None)


@pytest.mark.parametrize("line", cases.odd_lines())
def test_odd_lines_are_readable(line: bytes) -> None:
    stripped = line.strip(b"\v\f ")
    *_, reasons, text = stage_record("accelerometer", stripped)
    assert reasons != "unreadable_json"
    assert text == stripped.decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (cases.Raw("-0.0"), 0.0),
        (cases.Raw("1e3"), 1000.0),
        (cases.Raw("1e-400"), 0.0),
        ("007", 7.0),
        ("-1.50", -1.5),
        (2**53, 9007199254740992.0),
        (cases.Raw("1e400"), "invalid"),
        ("1e3", "invalid"),
        ("+5", "invalid"),
        (" 5 ", "invalid"),
        ("5.", "invalid"),
        (".5", "invalid"),
        ("\u0665", "invalid"),
        ("5\n", "invalid"),
        ("NaN", "invalid"),
        ("9" * 400, "invalid"),
        (True, "invalid"),
        ([], "invalid"),
        ({}, "invalid"),
        (None, "missing"),
        ("", "missing"),
        (" \t\n\v\f\r", "missing"),
        ("\u00a0", "invalid"),
        (cases.ABSENT, "missing"),
    ],
)
def test_numbers_in_a_double_column(value: Any, expected: Any) -> None:
    x, reasons = staged("accelerometer", vector(ANA, T, value))[2:6:3]
    if isinstance(expected, str):
        assert (x, reasons) == (None, f"{expected}_x")
    else:
        assert (x, reasons) == (expected, None)
        assert str(x)[0] != "-" or expected < 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (cases.Raw("5.0"), 5),
        (cases.Raw("1e3"), 1000),
        (cases.Raw("-0.0"), 0),
        (cases.Raw("1e-400"), 0),
        ("5.0", 5),
        (2147483647, 2147483647),
        (-2147483648, -2147483648),
        (2147483648, None),
        (-2147483649, None),
        (1.5, None),
        ("1.5", None),
        (2**70, None),
    ],
)
def test_numbers_in_an_int_column(value: Any, expected: int | None) -> None:
    distance, reasons = staged("step_trainer", reading("s", T, value))[2:]
    assert distance == expected
    assert reasons == ("invalid_distancefromobject" if expected is None else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (946684799999, None),
        (946684800000, 946684800000),
        (4102444799999, 4102444799999),
        (4102444800000, None),
        (0, None),
        (-1, None),
    ],
)
def test_time_bounds(value: int, expected: int | None) -> None:
    timestamp, reasons = staged("accelerometer", vector(ANA, value))[1:6:4]
    assert timestamp == expected
    assert reasons == ("invalid_timestamp" if expected is None else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (-1, -1),
        (-(2**53) + 1, -9007199254740991),
        (-(2**53), "invalid"),
        (1, "invalid"),
        (946684799999, "invalid"),
        (4102444800000, "invalid"),
        ("never", "invalid"),
        (False, "invalid"),
        (f"{T}", T),
        ("", None),
        (" ", None),
        (None, None),
        (cases.ABSENT, None),
    ],
)
def test_consent_dates(value: Any, expected: Any) -> None:
    date, reasons = staged("customer", customer(ANA, "s", T, value))[7:11:3]
    if expected == "invalid":
        assert (date, reasons) == (None, "invalid_sharewithresearchasofdate")
    else:
        assert (date, reasons) == (expected, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, "5"), (True, "true"), (False, "false"), ("", ""), (" ", " "), (None, None)],
)
def test_optional_texts(value: Any, expected: str | None) -> None:
    row = staged("customer", customer(ANA, "s", T, phone=value))
    assert (row[2], row[-1]) == (expected, None)


def test_a_number_with_a_fraction_in_a_text_column_is_left_to_the_engine() -> None:
    row = staged("customer", customer(ANA, "s", T, phone=cases.Raw("1.50")))
    assert oracle.has_engine_text(row)
    assert not oracle.has_engine_text(staged("customer", customer(ANA, "s", T, phone="1.50")))


def test_reject_reasons_are_all_missing_then_all_invalid_in_column_order() -> None:
    record = {"customerName": [], "phone": {}, "serialNumber": " ", "lastUpdateDate": "x"}
    row = staged("customer", record)
    assert row[:-1] == (None,) * 10
    assert row[-1] == (
        "missing_email,missing_serialnumber,missing_registrationdate,"
        "invalid_customername,invalid_phone,invalid_lastupdatedate"
    )


def test_keys_match_exactly_and_may_be_escaped() -> None:
    line = b'{"\\u0075ser":"a","timestamp":1655564400000,"X":1,"y":2,"z":3,"Z":4,"Z":5}'
    assert stage_record("accelerometer", line)[:6] == ("a", T, None, 2.0, 3.0, "missing_x")


def test_lines_and_white_space(tmp_path: Path) -> None:
    cases.CASES["lines_and_line_ends"](tmp_path)
    rows = oracle.read_landing(tmp_path)["stg_accelerometer"]
    by_file: dict[str, list] = {}
    for row in rows:
        by_file.setdefault(row[-2].removeprefix("accelerometer/landing/"), []).append(row)
    counts = {name: len(rows) for name, rows in by_file.items()}
    assert counts == {
        "lf.json": 2, "crlf.json": 2, "mixed.json": 3, "no_end.json": 1, "crlf_no_end.json": 2,
        "blank.json": 1, "around.json": 2, "not_blank.json": 8,
    }  # fmt: skip
    assert all(row[-3] == row[-3].strip() for row in by_file["around.json"])
    assert [row[5] for row in by_file["not_blank.json"]] == ["unreadable_json"] * 7 + [None]


def test_places_of_files(tmp_path: Path) -> None:
    cases.CASES["landing_by_arrival"](tmp_path)
    rows = oracle.read_landing(tmp_path)["stg_customer"]
    assert [row[-2:] for row in rows] == [
        ("customer/landing/ingest_date=2022-06-18/part.json", "2022-06-18"),
        ("customer/landing/ingest_date=2022-06-19/part.json", "2022-06-19"),
        ("customer/landing/ingest_date=2022-06-19/part.json", "2022-06-19"),
        ("customer/landing/ingest_date=2024-02-29/part.json", "2024-02-29"),
    ]


# ---- consent and ownership --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # opens at the consent date, not at the update
        ([(10, 5)], [(5, None)]),
        ([(10, 50)], [(50, None)]),
        ([(10, None)], []),
        ([(10, 0)], []),
        ([(10, -5)], []),
        # ends at the update of the version without consent
        ([(10, 10), (20, None)], [(10, 20)]),
        ([(10, 10), (20, None), (30, None)], [(10, 20)]),
        # consent again
        ([(10, 10), (20, None), (30, 30)], [(10, 20), (30, None)]),
        # never back over a withdrawal: touches it, and touching ones are one row
        ([(10, 10), (20, None), (30, 15)], [(10, None)]),
        ([(10, 10), (20, None), (25, None), (30, 15)], [(10, 20), (25, None)]),
        ([(10, None), (20, 5)], [(10, None)]),
        # extended to the earlier date, and only to that
        ([(10, 10), (20, 5)], [(5, None)]),
        ([(10, 10), (20, 15)], [(10, None)]),
        ([(10, 10), (20, None), (30, 28), (40, 22)], [(10, 20), (22, None)]),
        # an end that is not after the start
        ([(10, 20), (20, None)], []),
        ([(10, 21), (20, None)], []),
        ([(10, 19), (20, None)], [(19, 20)]),
        ([(10, 50), (20, None), (30, 30)], [(30, None)]),
    ],
)
def test_intervals(steps: list, expected: list) -> None:
    assert research(*steps) == expected


def test_touching_and_overlapping_intervals_are_one() -> None:
    pieces = [Interval(30, None), Interval(5, 5), Interval(1, 3), Interval(3, 9), Interval(8, 12)]
    assert merged(pieces) == [(1, 12), (30, None)]
    assert merged([Interval(1, 3), Interval(4, 9)]) == [(1, 3), (4, 9)]


def test_an_interval_has_its_start_and_not_its_end() -> None:
    covered = [at for at in range(8) if oracle.is_covered(at, [Interval(2, 4), Interval(6, None)])]
    assert covered == [2, 3, 6, 7]


def test_of_versions_with_one_date_none_or_the_latest_counts() -> None:
    rows = [("n", ANA, "p", "b", "s", 1, 10, research, 7, None) for research in (3, 5, 4)]
    assert consent_date_of(Version(10, tuple(rows)), "research") == 5
    assert consent_date_of(Version(10, tuple(rows)), "friends") is None
    refusal = ("n", ANA, "p", "b", "s", 1, 10, 0, 9, None)
    assert consent_date_of(Version(10, (*rows, refusal)), "research") is None
    assert consent_date_of(Version(10, (*rows, refusal)), "public") == 9
    assert consent_date_of(Version(10, ()), "public") is None


def test_a_rejected_record_fails_closed(tmp_path: Path) -> None:
    tables = landed(
        tmp_path,
        [
            customer(ANA, "s-1", T, T),
            customer(ANA, "s-2", T + 10, "soon"),
            customer(BO, "s-3", T, T),
            customer(BO, "s-3", T + 10, "soon"),
            customer(BO, "s-3", T + 10, T),
            customer(CY, "s-4", T, T),
            customer(CY, "s-4", T + 10, ["x"]),
            customer(CY, "s-4", T + 20, T + 5),
        ],
    )
    assert sorted(tables["consent_intervals"]) == [
        (ANA, "research", T, T + 10),
        (BO, "research", T, None),
        # the consent of T + 5 starts at T + 10, where the first interval ends
        (CY, "research", T, None),
    ]
    assert sorted(row[1] for row in tables["customer_trusted"]) == [BO, CY]
    assert tables["device_claims"] == [("s-1", ANA), ("s-3", BO), ("s-4", CY)]


def test_ties_are_broken_by_refusal_then_date_then_row(tmp_path: Path) -> None:
    tables = landed(
        tmp_path,
        [
            customer(ANA, "s-1", T, T),
            customer(ANA, "s-1", T, 0),
            customer(BO, "s-2", T, T, customerName="a"),
            customer(BO, "s-2", T, T + 1, customerName="z", phone=None),
            customer(BO, "s-2", T, T + 1, customerName="z", phone="\U0001f45f"),
            customer(BO, "s-2", T, T + 1, customerName="z", phone="\uff5a"),
        ],
    )
    assert [(row[0], row[2], row[7]) for row in tables["customer_trusted"]] == [
        ("z", "\uff5a", T + 1)
    ]


@pytest.mark.parametrize(
    ("claimants", "reporting", "owner"),
    [
        ({ANA}, set(), ANA),
        ({ANA}, {BO}, ANA),
        ({ANA, BO}, {ANA, CY}, ANA),
        ({ANA, BO}, {ANA, BO}, None),
        ({ANA, BO}, {CY}, None),
        ({ANA, BO, CY}, {CY}, CY),
        (set(), {ANA}, None),
    ],
)
def test_owner_of_a_device_reading(claimants: set, reporting: set, owner: str | None) -> None:
    assert oracle.owner_of(claimants, reporting) == owner


# ---- published tables -------------------------------------------------------------------------


def test_published_tables_of_a_shared_device(tmp_path: Path) -> None:
    """Bo has no consent; both claim s-1. Cy consented a millisecond late, with s-2 of his own."""
    tables = landed(
        tmp_path,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T), customer(CY, "s-2", T, T + 1)],
        [vector(ANA, T, 2, 0, 0), vector(ANA, T, -1, 0, 0), vector(CY, T, 5, 5, 5),
         vector(BO, T + 1), vector(CY, T + 1, 7, 7, 7), vector(ANA, T, "2", "-0", 0)],
        [reading("s-1", T, 30), reading("s-1", T, "30"), reading("s-2", T, 40),
         reading("s-1", T + 1, 50), reading("s-2", T + 1, 60), reading("s-9", T)],
    )  # fmt: skip
    assert sorted(row[1] for row in tables["customers_curated"]) == [ANA, CY]
    assert tables["accelerometer_trusted"] == [
        (ANA, T, -1.0, 0.0, 0.0),
        (ANA, T, 2.0, 0.0, 0.0),
        (CY, T, 5.0, 5.0, 5.0),
        (CY, T + 1, 7.0, 7.0, 7.0),
    ]
    assert tables["step_trainer_trusted"] == [
        (T, "s-1", 30),
        (T, "s-2", 40),
        (T + 1, "s-1", 50),
        (T + 1, "s-2", 60),
    ]
    assert tables["machine_learning_curated"] == [
        # serial, time, distance, x, y, z, vector_number, is_same_person, is_consented_at_capture
        ("s-1", T, 30, -1.0, 0.0, 0.0, 1, True, True),
        ("s-1", T, 30, 2.0, 0.0, 0.0, 2, True, True),
        ("s-1", T, 30, 5.0, 5.0, 5.0, 3, False, False),
        ("s-2", T, 40, -1.0, 0.0, 0.0, 1, False, True),
        ("s-2", T, 40, 2.0, 0.0, 0.0, 2, False, True),
        ("s-2", T, 40, 5.0, 5.0, 5.0, 3, True, False),
        # Bo's phone reports, so the device reading is his
        ("s-1", T + 1, 50, 7.0, 7.0, 7.0, 1, False, True),
        ("s-2", T + 1, 60, 7.0, 7.0, 7.0, 1, True, True),
    ]


KEYS = {
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
    "row_accounting": ("feed", "outcome"),
    "reconciliation": ("reason",),
}


def check_shape(tables: dict[str, list[tuple]]) -> None:
    """Every row is as wide as its columns, and the key of every table holds."""
    assert list(tables) == list(oracle.COLUMNS)
    for name, rows in tables.items():
        assert {len(row) for row in rows} <= {len(oracle.COLUMNS[name])}
        if name in KEYS:
            positions = [oracle.COLUMNS[name].index(column) for column in KEYS[name]]
            assert len({tuple(row[n] for n in positions) for row in rows}) == len(rows)
    for row in tables["consent_intervals"]:
        assert row[3] is None or row[2] < row[3]


@pytest.mark.parametrize("name", cases.CASES)
def test_every_case_is_built(name: str, tmp_path: Path) -> None:
    root = tmp_path / "landing"
    cases.CASES[name](root)
    tables = oracle.build(root, PEPPER)
    check_shape(tables)
    assert not any(oracle.has_engine_text(row) for rows in tables.values() for row in rows)


@pytest.mark.parametrize("name", cases.REFUSED)
def test_every_refusal_names_its_file(name: str, tmp_path: Path) -> None:
    root = tmp_path / "refused_root"
    writer, fragment = cases.REFUSED[name]
    writer(root)
    with pytest.raises(oracle.LandingRefused) as refusal:
        oracle.build(root, PEPPER)
    assert fragment.replace(cases.ROOT, root.name) in str(refusal.value)


def folder_digest(root: Path) -> str:
    """One digest for the names and bytes of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize("seed", range(40))
def test_random_landings_are_built_and_repeatable(seed: int, tmp_path: Path) -> None:
    for name in ("one", "two"):
        cases.random_landing(seed, tmp_path / name)
    assert folder_digest(tmp_path / "one") == folder_digest(tmp_path / "two")
    tables = oracle.build(tmp_path / "one", PEPPER)
    check_shape(tables)
    assert not any(oracle.has_engine_text(row) for rows in tables.values() for row in rows)
