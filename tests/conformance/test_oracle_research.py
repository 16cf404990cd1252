"""The oracle's research and audit tables, on examples small enough to be worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conformance import landing_cases, landing_cases_research, oracle
from tests.conformance.identities import accounting, check_identities, column
from tests.conformance.landing_cases import (
    ANA,
    BO,
    CY,
    T,
    ana,
    customer,
    land,
    reading,
    vector,
    walk,
)
from tests.conformance.oracle.research import captured_at, pseudonym
from tests.support.lakehouse import PEPPER, multiset, rounded

CASES = landing_cases.CASES | landing_cases_research.CASES
MOMENT = datetime(2022, 6, 18, 15)  # of T, in UTC


def built(root: Path, case: str) -> dict[str, list[tuple]]:
    """All tables of a case."""
    CASES[case](root)
    return oracle.build(root, PEPPER)


def offsets(tables: dict[str, list[tuple]], table: str) -> list[int]:
    """The moments of a research table's rows, in milliseconds after T."""
    millisecond = timedelta(milliseconds=1)
    return sorted((at - MOMENT) // millisecond for at in column(tables, table, "captured_at"))


# ---- outcomes ---------------------------------------------------------------------------------

OUTCOMES = {
    "both_claimants_report": {
        "customer": {"kept": 2},
        "accelerometer": {"ambiguous_owner": 2, "kept": 2},
        "step_trainer": {"ambiguous_owner": 1, "kept": 2},
    },
    "ambiguous_device_beside_walkers": {
        "customer": {"kept": 3},
        # of Cy's five: at T two report and at T + 1 none does, so s-1 may be anybody's
        "accelerometer": {"ambiguous_owner": 6, "no_device_reading": 2, "kept": 2},
        "step_trainer": {"ambiguous_owner": 2, "no_phone_reading": 1, "kept": 2},
    },
    "ambiguous_device_that_is_not_published": {
        "customer": {"superseded_version": 2, "kept": 2},
        "accelerometer": {"no_device_reading": 2},
        "step_trainer": {"ambiguous_owner": 1},
    },
    "phone_is_silent": {
        "customer": {"kept": 3},
        "accelerometer": {"invalid_x": 1, "kept": 3},
        "step_trainer": {"no_phone_reading": 3, "kept": 3},
    },
    "device_is_silent": {
        "customer": {"kept": 2},
        "accelerometer": {"no_device_reading": 4, "kept": 2},
        "step_trainer": {
            "invalid_distancefromobject": 1,
            "unknown_device": 1,
            "no_phone_reading": 1,
            "kept": 1,
        },
    },
    "former_devices": {
        "customer": {"superseded_version": 2, "kept": 2},
        "accelerometer": {"before_consent": 1, "kept": 2},
        "step_trainer": {
            "before_consent": 1,
            "former_device": 2,
            "no_phone_reading": 1,
            "kept": 3,
        },
    },
    "device_of_a_customer_who_never_walked": {
        "customer": {"no_consent": 1, "kept": 2},
        "accelerometer": {"unknown_user": 1, "no_consent": 1},
        "step_trainer": {"no_consent": 1, "former_device": 1, "no_phone_reading": 1},
    },
    "former_device_of_two": {
        "customer": {"superseded_version": 2, "no_consent": 1, "kept": 1},
        "accelerometer": {"no_consent": 2, "no_device_reading": 1, "kept": 1},
        "step_trainer": {
            "ambiguous_owner": 1,
            "no_phone_reading": 1,
            "no_consent": 1,
            "former_device": 1,
            "kept": 1,
        },
    },
    "before_and_between_consents": {
        "customer": {"superseded_version": 4, "kept": 2},
        "accelerometer": {"before_consent": 1, "between_consents": 4, "kept": 5},
        "step_trainer": {"before_consent": 1, "between_consents": 4, "kept": 5},
    },
    "owner_without_consent": {
        "customer": {
            "invalid_sharewithresearchasofdate": 1,
            "superseded_version": 3,
            "no_consent": 2,
            "kept": 1,
        },
        "accelerometer": {"no_consent": 4, "kept": 1},
        "step_trainer": {"no_phone_reading": 1, "no_consent": 6, "former_device": 1, "kept": 1},
    },
    "person_of_rejected_records_is_unknown": {
        "customer": {
            "invalid_sharewithresearchasofdate": 1,
            "missing_lastupdatedate": 1,
            "kept": 1,
        },
        "accelerometer": {"missing_x": 1, "missing_user": 1, "unknown_user": 2},
        "step_trainer": {
            "missing_distancefromobject": 1,
            "missing_serialnumber": 1,
            "unknown_device": 2,
        },
    },
    "another_phone_before_the_owners": {
        "customer": {"kept": 3},
        "accelerometer": {"no_device_reading": 2, "kept": 3},
        "step_trainer": {"kept": 3},
    },
    "two_devices_of_one_person_at_once": {
        "customer": {"superseded_version": 1, "kept": 2},
        "accelerometer": {"kept": 3},
        "step_trainer": {"no_phone_reading": 1, "kept": 3},
    },
    "delivered_three_times": {
        "customer": {
            "invalid_sharewithresearchasofdate": 3,
            "unreadable_json": 3,
            "redelivered": 6,
            "superseded_version": 1,
            "no_consent": 1,
            "kept": 1,
        },
        "accelerometer": {
            "invalid_timestamp": 3,
            "redelivered": 7,
            "unknown_user": 1,
            "no_consent": 1,
            "kept": 1,
        },
        "step_trainer": {
            "missing_serialnumber": 3,
            "redelivered": 7,
            "unknown_device": 1,
            "no_consent": 1,
            "kept": 1,
        },
    },
    "superseded_versions": {
        "customer": {
            "missing_serialnumber,invalid_sharewithresearchasofdate": 1,
            "invalid_sharewithresearchasofdate": 2,
            "superseded_version": 6,
            "kept": 3,
        },
        "accelerometer": {"no_consent": 1, "kept": 3},
        "step_trainer": {"no_consent": 1, "kept": 3},
    },
    "rejects_of_every_feed": {
        "customer": {
            "missing_email,invalid_phone": 2,
            "invalid_lastupdatedate": 1,
            "missing_email,missing_serialnumber,missing_registrationdate,missing_lastupdatedate": 1,
            "unreadable_json": 2,
            "kept": 1,
        },
        "accelerometer": {
            "missing_y,invalid_x": 2,
            "missing_user,missing_timestamp,missing_x,missing_y,missing_z": 1,
            "unreadable_json": 1,
            "kept": 1,
        },
        "step_trainer": {
            "invalid_sensorreadingtime,invalid_distancefromobject": 1,
            "missing_sensorreadingtime,missing_serialnumber,missing_distancefromobject": 1,
            "unreadable_json": 1,
            "kept": 1,
        },
    },
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_outcomes_of_a_case(tmp_path: Path, case: str) -> None:
    tables = built(tmp_path, case)
    assert {feed: accounting(tables, feed) for feed in oracle.FEEDS} == OUTCOMES[case]


def test_an_unknown_user_comes_before_every_other_outcome(tmp_path: Path) -> None:
    land(tmp_path, [], [vector(ANA, T)] * 2, [reading("s-1", T)] * 2)
    assert oracle.build(tmp_path, PEPPER)["row_accounting"] == [
        ("accelerometer", "redelivered", 1),
        ("accelerometer", "unknown_user", 1),
        ("step_trainer", "redelivered", 1),
        ("step_trainer", "unknown_device", 1),
    ]


def test_an_unconsented_claimant_is_an_owner_who_has_no_consent(tmp_path: Path) -> None:
    land(
        tmp_path,
        [customer(ANA, "s-1", T, T), customer(BO, "s-1", T)],
        [vector(BO, T), vector(ANA, T + 1), vector(ANA, T + 2), vector(BO, T + 2)],
        [reading("s-1", T + ms) for ms in range(3)],
    )
    tables = oracle.build(tmp_path, PEPPER)
    expected = {"no_consent": 1, "kept": 1, "ambiguous_owner": 1}
    assert accounting(tables, "step_trainer") == expected
    assert accounting(tables, "accelerometer") == {**expected, "no_consent": 2}


def test_rejected_records_have_their_line_if_it_could_be_read(tmp_path: Path) -> None:
    land(
        tmp_path,
        [ana(T, T), '{"email":"a"}  '],
        [b'{"user":"\xff"}', vector(ANA, T)],
        ["[]", "[]", ' {"sensorReadingTime":5,"serialNumber":"s","distanceFromObject":1}'],
    )
    tables = oracle.build(tmp_path, PEPPER)
    step_trainer = "step_trainer/landing/part-1.json"
    assert tables["rejected_records"] == [
        (
            "customer",
            "customer/landing/part-1.json",
            '{"email":"a"}',
            "missing_serialnumber,missing_registrationdate,missing_lastupdatedate",
        ),
        ("accelerometer", "accelerometer/landing/part-1.json", None, "unreadable_json"),
        ("step_trainer", step_trainer, None, "unreadable_json"),
        ("step_trainer", step_trainer, None, "unreadable_json"),
        (
            "step_trainer",
            step_trainer,
            '{"sensorReadingTime":5,"serialNumber":"s","distanceFromObject":1}',
            "invalid_sensorreadingtime",
        ),
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("both_claimants_report", {"other_person_or_owner_unknown": 2, "right": 2}),
        ("before_and_between_consents", {"not_consented_at_capture": 5, "right": 5}),
        # 3 vectors of others for each of Bo's two readings, 4 for Cy's
        ("another_phone_before_the_owners", {"other_person_or_owner_unknown": 10, "right": 5}),
        ("owner_without_consent", {"right": 1}),
        ("device_of_a_customer_who_never_walked", {}),
    ],
)
def test_reconciliation(tmp_path: Path, case: str, expected: dict[str, int]) -> None:
    assert dict(built(tmp_path, case)["reconciliation"]) == expected


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


def test_vectors_keep_their_numbers_of_published(tmp_path: Path) -> None:
    tables = built(tmp_path, "another_phone_before_the_owners")
    assert sorted(column(tables, "reading_pairs", "vector_number")) == [3, 3, 4, 4, 5]
    assert sorted(column(tables, "readings", "vector_count")) == [1, 2, 2]


def test_a_vector_may_belong_to_two_readings(tmp_path: Path) -> None:
    tables = built(tmp_path, "two_devices_of_one_person_at_once")
    assert len(tables["reading_pairs"]) == 5
    assert len(set(column(tables, "readings", "device_key"))) == 2
    assert len(set(column(tables, "readings", "subject_key"))) == 2


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
    tables = built(tmp_path, case)
    assert offsets(tables, "reading_pairs") == pairs
    assert offsets(tables, "publishable_reading_pairs") == publishable


def test_public_consent_from_a_far_day_has_no_end(tmp_path: Path) -> None:
    tables = built(tmp_path, "public_consent_from_a_far_day")
    assert offsets(tables, "reading_pairs") == [n - T for n in (T, 4102444799998, 4102444799999)]
    assert offsets(tables, "publishable_reading_pairs") == [4102444799999 - T]


def test_every_split_has_people_and_a_person_has_one_split(tmp_path: Path) -> None:
    tables = built(tmp_path, "people_of_every_split")
    assert len(tables["readings"]) == 120
    subjects = column(tables, "readings", "subject_key")
    splits = column(tables, "readings", "split")
    assert set(splits) == {"train", "validation", "test"}
    assert len(set(zip(subjects, splits, strict=True))) == len(set(subjects)) == 60
    assert tables["publishable_reading_pairs"] == tables["reading_pairs"]


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


def test_another_pepper_makes_other_names_for_the_same_rows(tmp_path: Path) -> None:
    CASES["people_of_every_split"](tmp_path)
    one, other = (oracle.build(tmp_path, pepper)["readings"] for pepper in ("one", "other"))
    assert not {row[0] for row in one} & {row[0] for row in other}
    assert not {row[3] for row in one} & {row[3] for row in other}
    assert Counter(row[1:3] for row in one) == Counter(row[1:3] for row in other)


# ---- identities -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CASES))
def test_everything_adds_up_in_every_case(name: str, tmp_path: Path) -> None:
    check_identities(built(tmp_path, name))


@pytest.mark.parametrize("seed", range(40))
def test_everything_adds_up_in_random_landings(seed: int, tmp_path: Path) -> None:
    landing_cases.random_landing(seed, tmp_path)
    check_identities(oracle.build(tmp_path, PEPPER))


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
