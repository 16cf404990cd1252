"""Staging: one row a record, with typed columns and the reasons why it is not usable."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tests.conformance.oracle.landing import LONGEST_LINE, WHITE_SPACE, landing_files, records

FIRST_TIME = 946_684_800_000  # 2000-01-01T00:00:00Z, inclusive
END_OF_TIME = 4_102_444_800_000  # 2100-01-01T00:00:00Z, exclusive
LARGEST_INTEGER = 2**53 - 1
INTEGER_BOUNDS = {"bigint": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1)}

STAGING_EXTRAS = ("reject_reasons", "line", "source_file", "ingest_date", "source_file_bytes")
UNREADABLE = "unreadable_json"

_NUMBER_IN_TEXT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Column:
    """One declared column of a feed."""

    key: str  # of the JSON, case included
    type: str  # string, bigint, double, int
    required: bool = False
    time: str = ""  # "time": must be in range; "consent": may be 0 or below, too

    @property
    def name(self) -> str:
        """The published name is the key in lower case."""
        return self.key.lower()


FEED_COLUMNS: dict[str, tuple[Column, ...]] = {
    "customer": (
        Column("customerName", "string"),
        Column("email", "string", required=True),
        Column("phone", "string"),
        Column("birthDay", "string"),
        Column("serialNumber", "string", required=True),
        Column("registrationDate", "bigint", required=True, time="time"),
        Column("lastUpdateDate", "bigint", required=True, time="time"),
        Column("shareWithResearchAsOfDate", "bigint", time="consent"),
        Column("shareWithPublicAsOfDate", "bigint", time="consent"),
        Column("shareWithFriendsAsOfDate", "bigint", time="consent"),
    ),
    "accelerometer": (
        Column("user", "string", required=True),
        Column("timestamp", "bigint", required=True, time="time"),
        Column("x", "double", required=True),
        Column("y", "double", required=True),
        Column("z", "double", required=True),
    ),
    "step_trainer": (
        Column("sensorReadingTime", "bigint", required=True, time="time"),
        Column("serialNumber", "string", required=True),
        Column("distanceFromObject", "int", required=True),
    ),
}


class JsonNumber(str):
    """A JSON number as it is written, so that no digit is lost on the way."""


class JsonObject(list):
    """The members of a JSON object as pairs, so that a key given twice stays visible."""


class EngineText(str):
    """A number with fraction or exponent in a text column: each engine has its own way there."""


class Invalid(Exception):
    """A value that is not of its column's type."""


class Unreadable(ValueError):
    """A record that is not one JSON object as the contract wants it."""


def stage_feed(root: Path, feed: str) -> list[tuple]:
    """The rows of staging of one feed, in the order of files and lines."""
    return [
        (*stage_record(feed, record), file.source_file, file.ingest_date, file.path.stat().st_size)
        for file in landing_files(root, feed)
        for record in records(file)
    ]


def stage_record(feed: str, record: bytes) -> tuple:
    """Typed columns, reject_reasons and line of one record; an unreadable one has only a reason."""
    columns = FEED_COLUMNS[feed]
    try:
        text, members = read_object(record, {column.key for column in columns})
    except (ValueError, RecursionError):
        return (None,) * len(columns) + (UNREADABLE, None)

    values: list[Any] = []
    missing: list[str] = []
    invalid: list[str] = []
    for column in columns:
        value = None
        given = members.get(column.key)
        if column.required and is_absent(given):
            missing.append(f"missing_{column.name}")
        else:
            try:
                value = typed(column, given)
            except Invalid:
                invalid.append(f"invalid_{column.name}")
        values.append(value)
    # all missing_ in column order, then all invalid_ in column order; NULL is a usable record
    reasons = ",".join(missing + invalid) or None
    return (*values, reasons, text)


def read_object(record: bytes, declared: set[str]) -> tuple[str, dict[str, Any]]:
    """The text of a record, and its members under declared keys.

    The record must be UTF-8 and one RFC 8259 object: no cut or extra text, no byte order mark, no
    bare NaN or Infinity at any depth, no escaped half of a surrogate pair, no declared key twice.
    Keys match exactly, case included; unknown keys are ignored, also when given twice.
    """
    if len(record) > LONGEST_LINE:
        raise Unreadable("longer than a line may be")
    text = record.decode("utf-8")
    document = _DECODER.decode(text)
    if not isinstance(document, JsonObject):
        raise Unreadable("not an object")
    if _SURROGATE_ESCAPE.search(text) and has_lone_surrogate(document):
        raise Unreadable("half a surrogate pair")
    members: dict[str, Any] = {}
    for key, value in document:
        if key in declared:
            if key in members:
                raise Unreadable("a declared key given twice")
            members[key] = value
    return text, members


def has_lone_surrogate(document: Any) -> bool:
    """True if a key or a text at any depth holds half a surrogate pair."""
    todo = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            if any("\ud800" <= character <= "\udfff" for character in value):
                return True
        elif isinstance(value, (list, tuple)):  # an array, an object or one of its members
            todo.extend(value)
    return False


def is_absent(value: Any) -> bool:
    """Absent is: key missing, null, "" or white space."""
    return value is None or (type(value) is str and value.strip(WHITE_SPACE) == "")


def typed(column: Column, value: Any) -> Any:
    """The value in its column's type, None if absent; an optional text is kept as it is."""
    if value is None:
        return None
    if column.type == "string":
        return as_text(value)
    if is_absent(value):
        return None
    number = as_number(value)
    if column.type == "double":
        return number
    integer = as_integer(number, column.type)
    if column.time and not is_time(integer, column.time):
        raise Invalid
    return integer


def as_text(value: Any) -> str:
    """A JSON string; an integer or a boolean counts as its text; the rest is invalid."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, JsonNumber):
        return str(value) if _INTEGER.fullmatch(value) else EngineText(value)
    if isinstance(value, str):
        return value
    raise Invalid


def as_number(value: Any) -> float:
    """A JSON number, or a text of plain digits with sign and fraction; finite; no negative zero."""
    if not isinstance(value, str):
        raise Invalid  # boolean, object, array
    if not isinstance(value, JsonNumber) and not _NUMBER_IN_TEXT.fullmatch(value):
        raise Invalid
    number = float(value)
    if not math.isfinite(number):
        raise Invalid
    return number + 0.0  # -0.0 + 0.0 is 0.0


def as_integer(number: float, type_name: str) -> int:
    """Taken when the value as a double is integral and within +-(2^53 - 1) and the type."""
    lowest, highest = INTEGER_BOUNDS[type_name]
    if not number.is_integer() or abs(number) > LARGEST_INTEGER:
        raise Invalid
    if not lowest <= number <= highest:
        raise Invalid
    return int(number)


def is_time(milliseconds: int, kind: str) -> bool:
    """Within 2000-01-01 ... 2100-01-01 UTC; a consent date of 0 or below is valid as well."""
    if kind == "consent" and milliseconds <= 0:
        return True
    return FIRST_TIME <= milliseconds < END_OF_TIME


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"bare {name}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=JsonObject,
    parse_int=JsonNumber,
    parse_float=JsonNumber,
    parse_constant=_refuse_constant,
)
