"""Dirty values: each kind changes one column of a clean line, and exists for each such column."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..rand import Draw
from .fields import CONSENT, DISTANCE, EVERY_TYPE, NUMBERS, TEXT, TIME, WHOLE, Fields

Edit = Callable[[Fields, str, Draw], Fields]


def _put(*templates: str) -> Edit:
    """Return an edit that replaces the value by one of the templates; {} is the old value."""

    def edit(fields: Fields, key: str, draw: Draw) -> Fields:
        values = dict(fields)
        # A consent that was not given has no old value; it gets the date of registration.
        old = values.get(key) or values["registrationDate"]
        values[key] = draw.choice(templates).replace("{}", old)
        return list(values.items())

    return edit


def _without_key(fields: Fields, key: str, draw: Draw) -> Fields:
    return [field for field in fields if field[0] != key]


def _key_in_wrong_case(fields: Fields, key: str, draw: Draw) -> Fields:
    values = dict(_put("{}")(fields, key, draw))
    wrong = key.upper() if key.islower() else draw.choice((key.upper(), key.lower()))
    return [(wrong if name == key else name, literal) for name, literal in values.items()]


def _exponent(fields: Fields, key: str, draw: Draw) -> Fields:
    digits = dict(_put("{}")(fields, key, draw))[key]
    return _put(f"{digits[0]}.{digits[1:]}e{len(digits) - 1}")(fields, key, draw)


def _escaped(fields: Fields, key: str, draw: Draw) -> Fields:
    text = json.loads(dict(fields)[key])
    return _put('"' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"')(fields, key, draw)


ABSENT, INVALID, USABLE = "absent", "invalid", "usable"


class ColumnKind(NamedTuple):
    """A kind of dirty value; for each column of these types there is one kind of line.

    The outcome is what the column gets; absent is a reason for rejection in required columns only.
    """

    name: str
    outcome: str
    types: Sequence[str]
    edit: Edit


COLUMN_KINDS = (
    ColumnKind("key_missing", ABSENT, EVERY_TYPE, _without_key),
    ColumnKind("key_in_wrong_case", ABSENT, EVERY_TYPE, _key_in_wrong_case),
    ColumnKind("null", ABSENT, EVERY_TYPE, _put("null")),
    ColumnKind("empty_text", ABSENT, EVERY_TYPE, _put('""')),
    ColumnKind(
        "white_space", ABSENT, EVERY_TYPE, _put('" "', '"\\t"', '"\\u000b"', '"\\f "', '" \\r\\n"')
    ),
    ColumnKind("no_break_space_in_text", USABLE, [TEXT], _put('"\\u00a0"')),
    ColumnKind("no_break_space_in_number", INVALID, NUMBERS, _put('"\\u00a0"')),
    ColumnKind("escaped_text", USABLE, [TEXT], _escaped),
    ColumnKind("integer_in_text", USABLE, [TEXT], _put("12345")),
    ColumnKind("boolean_in_text", USABLE, [TEXT], _put("true", "false")),
    ColumnKind("object_in_text", INVALID, [TEXT], _put('{"value":"a text"}', "{ }")),
    ColumnKind("array_in_text", INVALID, [TEXT], _put("[{}]", "[ ]")),
    ColumnKind("number_as_text", USABLE, NUMBERS, _put('"{}"')),
    ColumnKind(
        "malformed_number_text",
        INVALID,
        NUMBERS,
        _put('"+{}"', '" {}"', '"{}."', '"{}e0"', '"--1"', '".5"', '"0x1F"', '"1,5"', '"\\u0663"'),
    ),
    ColumnKind("word_in_number", INVALID, NUMBERS, _put('"soon"', '"NaN"', '"2022-06-18"')),
    ColumnKind("boolean_in_number", INVALID, NUMBERS, _put("true", "false")),
    ColumnKind("object_in_number", INVALID, NUMBERS, _put('{"value":1}')),
    ColumnKind("array_in_number", INVALID, NUMBERS, _put("[{}]", "[ ]")),
    ColumnKind("not_finite", INVALID, NUMBERS, _put("1e999", "-1e999")),
    ColumnKind("integer_with_exponent", USABLE, WHOLE, _exponent),
    ColumnKind("integer_with_point_zero", USABLE, WHOLE, _put("{}.0", '"{}.0"')),
    ColumnKind("not_integral", INVALID, WHOLE, _put("{}.5", '"{}.25"')),
    ColumnKind("beyond_2_to_the_53", INVALID, WHOLE, _put("9007199254740993", "-9007199254740992")),
    ColumnKind("beyond_int32", INVALID, [DISTANCE], _put("2147483648", "-2147483649")),
    ColumnKind("int32_limit", USABLE, [DISTANCE], _put("2147483647", "-2147483648")),
    ColumnKind("before_2000", INVALID, [TIME, CONSENT], _put("946684799999", "1")),
    ColumnKind("from_2100", INVALID, [TIME, CONSENT], _put("4102444800000")),
    ColumnKind("time_zero_or_negative", INVALID, [TIME], _put("0", "-1", "-{}")),
    ColumnKind(
        "time_at_the_limits", USABLE, [TIME, CONSENT], _put("946684800000", "4102444799999")
    ),
    ColumnKind("consent_zero_or_negative", USABLE, [CONSENT], _put("0", "-1", "-{}", '"0"')),
)
