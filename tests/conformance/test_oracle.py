"""The oracle itself, where neither the models' unit tests nor a landing case judge it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import oracle
from tests.conformance.cases import CASES, LANDINGS, REFUSED, ROOT, write_landing
from tests.conformance.cases.files import broken_lines, odd_lines
from tests.conformance.identities import accounting, check_identities, column
from tests.conformance.oracle.research import captured_at, pseudonym
from tests.conformance.oracle.staging import stage_record
from tests.support.lakehouse import PEPPER, multiset, rounded
from tests.support.records import (
    ABSENT,
    ANA,
    BO,
    CY,
    Raw,
    T,
    customer,
    encoded,
    land,
    reading,
    vector,
    walk,
)

NO_REASON = None
MOMENT = datetime(2022, 6, 18, 15)  # of T, in UTC


def staged(feed: str, record: Any) -> tuple:
    """Typed columns and reject reasons of one record."""
    return stage_record(feed, encoded(record))[:-1]


def offsets(tables: dict[str, list[tuple]], table: str) -> list[int]:
    """The moments of a research table's rows, in milliseconds after T."""
    millisecond = timedelta(milliseconds=1)
    return sorted((at - MOMENT) // millisecond for at in column(tables, table, "captured_at"))


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


@pytest.mark.parametrize("line", broken_lines())
def test_broken_lines_are_unreadable(line: bytes) -> None:
    assert stage_record("accelerometer", line) == (None,) * 5 + ("unreadable_json", None)


@pytest.mark.parametrize("line", odd_lines())
def test_odd_lines_are_readable(line: bytes) -> None:
    stripped = line.strip(b"\v\f ")
    *_, reasons, text = stage_record("accelerometer", stripped)
    assert reasons != "unreadable_json"
    assert text == stripped.decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (Raw("-0.0"), 0.0),
        (Raw("1e3"), 1000.0),
        (Raw("1e-400"), 0.0),
        ("007", 7.0),
        ("-1.50", -1.5),
        (2**53, 9007199254740992.0),
        (Raw("1e400"), "invalid"),
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
        (ABSENT, "missing"),
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
        (Raw("5.0"), 5),
        (Raw("1e3"), 1000),
        (Raw("-0.0"), 0),
        (Raw("1e-400"), 0),
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
        (ABSENT, None),
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
    row = staged("customer", customer(ANA, "s", T, phone=Raw("1.50")))
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
    CASES["lines_and_line_ends"](tmp_path)
    rows = oracle.read_landing(tmp_path)["stg_accelerometer"]
    by_file: dict[str, list] = {}
    for row in rows:
        by_file.setdefault(row[-3].removeprefix("accelerometer/landing/"), []).append(row)
    counts = {name: len(rows) for name, rows in by_file.items()}
    assert counts == {
        "lf.json": 2, "crlf.json": 2, "mixed.json": 3, "no_end.json": 1, "crlf_no_end.json": 2,
        "blank.json": 1, "around.json": 2, "not_blank.json": 8,
    }  # fmt: skip
    assert all(row[-4] == row[-4].strip() for row in by_file["around.json"])
    assert [row[5] for row in by_file["not_blank.json"]] == ["unreadable_json"] * 7 + [None]


def test_places_of_files(tmp_path: Path) -> None:
    CASES["landing_by_arrival"](tmp_path)
    rows = oracle.read_landing(tmp_path)["stg_customer"]
    assert [row[-3:-1] for row in rows] == [
        ("customer/landing/ingest_date=2022-06-18/part.json", "2022-06-18"),
        ("customer/landing/ingest_date=2022-06-19/part.json", "2022-06-19"),
        ("customer/landing/ingest_date=2022-06-19/part.json", "2022-06-19"),
        ("customer/landing/ingest_date=2024-02-29/part.json", "2024-02-29"),
    ]


# ---- research ---------------------------------------------------------------------------------

ANA_KEY = "3d5a185fffc80060e1ccc32e71be0dc1056533ecdc701b67a836f2dbda35dcb4"
S_1_KEY = "033e2b00b3f4423888b12b38ab9864e48caed883ff18a8ba858e032af91b5aff"


def test_pseudonyms_are_sha256_of_pepper_purpose_and_value() -> None:
    """The keys are those that `printf pepper:subject:ana@example.com | sha256sum` prints."""
    assert pseudonym("pepper", "subject", ANA) == ANA_KEY
    assert pseudonym("pepper", "device", "s-1") == S_1_KEY
    assert pseudonym("p\u00e9pper", "device", "\u00eb") == (
        "635ce38fa3b83475b79204ce884aeb9ec074c00fd1f6c7a11672673509061072"
    )
    assert pseudonym("pepper", "subject", "s-1") != S_1_KEY


@pytest.mark.parametrize(
    ("prefix", "split"),
    [
        ("00000000", "train"),
        ("b3333333", "train"),  # 0.69999999995
        ("b3333334", "validation"),  # 0.70000000019
        ("d9999999", "validation"),  # 0.84999999986
        ("d999999a", "test"),  # 0.85000000009
        ("ffffffff", "test"),
    ],
)
def test_split_is_a_place_of_the_first_eight_digits(prefix: str, split: str) -> None:
    assert oracle.split_of(prefix + "0" * 56) == split
    assert oracle.split_of(prefix + "f" * 56) == split


def test_milliseconds_become_utc() -> None:
    assert captured_at(T + 7) == MOMENT + timedelta(microseconds=7000)
    assert captured_at(951_868_799_999) == datetime(2000, 2, 29, 23, 59, 59, 999_000)


def test_research_of_one_reading(tmp_path: Path) -> None:
    land(
        tmp_path,
        [customer(ANA, "s-1", T, T), customer(BO, "s-2", T, T)],
        [vector(ANA, T + 5, 3, 4, 0), vector(ANA, T + 5, 0, 0, -1), vector(BO, T + 5)],
        [reading("s-1", T + 5, 30)],
    )
    tables = oracle.build(tmp_path, "pepper")
    key = (S_1_KEY, MOMENT + timedelta(milliseconds=5), 30)
    assert tables["reading_pairs"] == [
        (*key, 1, ANA_KEY, 0.0, 0.0, -1.0, "train"),
        (*key, 2, ANA_KEY, 3.0, 4.0, 0.0, "train"),
    ]
    # norms 1 and 5
    assert tables["readings"] == [
        (*key, ANA_KEY, 2, 1.5, 2.0, -0.5, 3.0, 1.0, 5.0, "train"),
    ]
    assert tables["publishable_reading_pairs"] == []


def test_derived_doubles_are_compared_to_nine_decimals() -> None:
    columns = ("x", "mean_x", "min_norm")
    left, right = (1 / 3, 0.1 + 0.2, -1e-12), (1 / 3, 0.3, 0.0)
    assert multiset(rounded(columns, [left])) == multiset(rounded(columns, [right]))
    for other in [(1 / 3 + 1e-15, 0.3, 0.0), (1 / 3, 0.300000001, 0.0), (1 / 3, 0.3, 1e-9)]:
        assert multiset(rounded(columns, [left])) != multiset(rounded(columns, [other]))


@pytest.mark.parametrize(
    ("case", "pairs", "publishable"),
    [
        ("public_consent_after_capture", [0, 9, 10, 11], [10, 11]),
        ("public_consent_before_research", [10], [10]),
        ("public_consent_withdrawn", [0, 9, 10], []),
        ("public_consent_given_again", [0, 9, 10, 19, 20, 21], [0, 9, 20, 21]),
        ("public_consent_without_research", [5], []),
        ("public_consent_at_a_tie", [0, 10], []),
        ("public_consent_and_a_rejected_version", [9, 10, 19, 20, 29, 30], [9, 30]),
        ("public_consent_of_the_owner_counts", [0, 1], [0]),
    ],
)
def test_publishable_pairs(tmp_path: Path, case: str, pairs: list, publishable: list) -> None:
    CASES[case](tmp_path)
    tables = oracle.build(tmp_path, PEPPER)
    assert offsets(tables, "reading_pairs") == pairs
    assert offsets(tables, "publishable_reading_pairs") == publishable


def test_public_consent_from_a_far_day_has_no_end(tmp_path: Path) -> None:
    CASES["public_consent_from_a_far_day"](tmp_path)
    tables = oracle.build(tmp_path, PEPPER)
    assert offsets(tables, "reading_pairs") == [n - T for n in (T, 4102444799998, 4102444799999)]
    assert offsets(tables, "publishable_reading_pairs") == [4102444799999 - T]


def test_rows_stay_as_they_are_when_people_join(tmp_path: Path) -> None:
    times = [T, T + 1]
    people = [customer(user, f"s-{user}", T, T) for user in (ANA, BO, CY)]
    before, after = ([], []), ([], [])
    for user in (BO, CY, ANA):
        for records, more in zip(after, walk(user, f"s-{user}", times), strict=True):
            records += more
    for user in (BO, CY):
        for records, more in zip(before, walk(user, f"s-{user}", times), strict=True):
            records += more
    land(tmp_path / "before", people[1:], *before)
    land(tmp_path / "after", people, *after)
    old, new = (oracle.build(tmp_path / name, PEPPER) for name in ("before", "after"))
    assert len(old["readings"]) == 4
    assert set(old["readings"]) < set(new["readings"])
    # the numbers of vectors are those among all phones of that millisecond
    assert sorted(column(old, "reading_pairs", "vector_number")) == [1, 1, 2, 2]
    assert sorted(column(new, "reading_pairs", "vector_number")) == [1, 1, 2, 2, 3, 3]


# ---- cases ------------------------------------------------------------------------------------


@pytest.mark.parametrize("landing", LANDINGS)
def test_cases_of_one_landing_add_up_to_it(landing: str, tmp_path: Path) -> None:
    """Nobody of one case meets anybody of another, so that each still exercises its own rule."""
    write_landing(LANDINGS[landing], tmp_path / "all")
    apart: Counter[tuple] = Counter()
    for case in LANDINGS[landing]:
        CASES[case](tmp_path / case)
        apart += counts(tmp_path / case)
    assert apart == counts(tmp_path / "all")


def counts(root: Path) -> Counter[tuple]:
    """How many rows have which outcome, and pairs which reason."""
    tables = oracle.build(root, PEPPER)
    check_identities(tables)
    rows = tables["row_accounting"] + tables["reconciliation"]
    return Counter({row[:-1]: row[-1] for row in rows})


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_names_its_file(name: str, tmp_path: Path) -> None:
    root = tmp_path / "refused_root"
    writer, fragment = REFUSED[name]
    writer(root)
    with pytest.raises(oracle.LandingRefused) as refusal:
        oracle.build(root, PEPPER)
    assert fragment.replace(ROOT, root.name) in str(refusal.value)


def test_published_numbers(generated_landing: Path) -> None:
    tables = oracle.build(generated_landing, PEPPER)
    check_identities(tables)
    assert accounting(tables, "customer") == {"no_consent": 474, "kept": 482}
    assert accounting(tables, "accelerometer") == {
        "no_consent": 40_292,
        "before_consent": 8_956,
        "kept": 32_025,
    }
    assert accounting(tables, "step_trainer") == {
        "no_consent": 14_220,
        "before_consent": 3_163,
        "kept": 11_297,
    }
    assert dict(tables["reconciliation"]) == {
        "right": 32_025,
        "not_consented_at_capture": 8_956,
        "other_person_or_owner_unknown": 2_700,
    }
    assert len(set(column(tables, "readings", "subject_key"))) == 464
