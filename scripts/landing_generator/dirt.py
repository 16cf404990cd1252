"""Dirty landing data: each way in which a line or a file can be wrong or odd is one named kind.

A dirty line is a changed copy of a clean line and is added; clean lines stay as they are. To add
a kind, add one line to LINE_KINDS, COLUMN_KINDS or FILE_KINDS.
"""

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import cycle
from typing import NamedTuple

from .rand import Draw
from .records import ACCELEROMETER, CUSTOMER, FEEDS, STEP_TRAINER

Fields = list[tuple[str, str]]

UNREADABLE = "unreadable_json"
TEXT, TIME, CONSENT, DISTANCE, AXIS = "text", "time", "consent", "distance", "axis"
WHOLE = (TIME, CONSENT, DISTANCE)
NUMBERS = (*WHOLE, AXIS)
EVERY_TYPE = (TEXT, *NUMBERS)

# key: (type, required)
COLUMNS = {
    CUSTOMER: {
        "customerName": (TEXT, False),
        "email": (TEXT, True),
        "phone": (TEXT, False),
        "birthDay": (TEXT, False),
        "serialNumber": (TEXT, True),
        "registrationDate": (TIME, True),
        "lastUpdateDate": (TIME, True),
        "shareWithResearchAsOfDate": (CONSENT, False),
        "shareWithPublicAsOfDate": (CONSENT, False),
        "shareWithFriendsAsOfDate": (CONSENT, False),
    },
    ACCELEROMETER: {
        "user": (TEXT, True),
        "timestamp": (TIME, True),
        "x": (AXIS, True),
        "y": (AXIS, True),
        "z": (AXIS, True),
    },
    STEP_TRAINER: {
        "sensorReadingTime": (TIME, True),
        "serialNumber": (TEXT, True),
        "distanceFromObject": (DISTANCE, True),
    },
}

# Sizes of long lines in bytes; the longest line that a reader must take is 16 MiB.
LONG = 300 << 10
HUGE = (16 << 20) - 1024


def render(fields: Fields) -> bytes:
    """Return the JSON object of keys and literal values."""
    return ("{" + ",".join(f'"{key}":{literal}' for key, literal in fields) + "}").encode()


def parse(line: str) -> Fields:
    """Return the keys and literal values of a clean line."""
    pairs = json.loads(line, object_pairs_hook=list)
    return [(key, json.dumps(value, ensure_ascii=False)) for key, value in pairs]


class LineKind(NamedTuple):
    """A kind of dirty line; `reasons` is why a reader must reject it, None when it is usable."""

    name: str
    reasons: str | None
    make: Callable[[Fields, Draw], bytes]
    feeds: Sequence[str] = FEEDS


# Kinds of dirty lines that do not depend on a column: functions of a clean line's fields.


def _cut(fields: Fields, draw: Draw) -> bytes:
    line = render(fields)
    return line[: draw.between(1, len(line) - 1)]


def _extra_text(fields: Fields, draw: Draw) -> bytes:
    line = render(fields)
    return line + draw.choice((b" and more", b"}", b",", line, b" // comment"))


def _trailing_comma(fields: Fields, draw: Draw) -> bytes:
    return render(fields)[:-1] + b",}"


def _single_quotes(fields: Fields, draw: Draw) -> bytes:
    return render(fields).replace(b'"', b"'")


def _array(fields: Fields, draw: Draw) -> bytes:
    return b"[" + render(fields) + b"]"


def _scalar(fields: Fields, draw: Draw) -> bytes:
    return draw.choice((b'"a text"', b"42", b"-0.5", b"true", b"null"))


def _not_json(fields: Fields, draw: Draw) -> bytes:
    return b"upload failed, see the log"


def _empty_object(fields: Fields, draw: Draw) -> bytes:
    return b"{}"


def _all_arrays_but(missing: str, feed: str) -> Callable[[Fields, Draw], bytes]:
    """Return a maker of lines in which one key is missing and every other value is an array."""

    def make(fields: Fields, draw: Draw) -> bytes:
        return render([(key, "[]") for key in COLUMNS[feed] if key != missing])

    return make


def _number_not_of_json(fields: Fields, draw: Draw) -> bytes:
    return render([*fields, ("note", draw.choice(("01", "+1", ".5", "1.")))])


def _invalid_utf8(fields: Fields, draw: Draw) -> bytes:
    wrong = draw.choice((b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\x80"))
    return render([*fields, ("note", '"?"')]).replace(b'"?"', b'"' + wrong + b'"')


def _raw_control_character(fields: Fields, draw: Draw) -> bytes:
    return render([*fields, ("note", draw.choice(('"\x01"', '"\t"', '"\x0b"')))])


def _bom(fields: Fields, draw: Draw) -> bytes:
    return b"\xef\xbb\xbf" + render(fields)


def _bare_word(word: str) -> Callable[[Fields, Draw], bytes]:
    def make(fields: Fields, draw: Draw) -> bytes:
        place = draw.below(len(fields) + 1)
        if place == len(fields):
            return render([*fields, ("note", word)])
        return render([*fields[:place], (fields[place][0], word), *fields[place + 1 :]])

    return make


def _declared_key_twice(fields: Fields, draw: Draw) -> bytes:
    return render([*fields, draw.choice(fields)])


def _unknown_key(fields: Fields, draw: Draw) -> bytes:
    value = draw.choice(('"new"', "1", "null", '{"a":[1,{"b":null}]}', '"\\"{}[],:\\\\"'))
    return render([("appVersion", value), *fields])


def _unknown_key_twice(fields: Fields, draw: Draw) -> bytes:
    return render([("appVersion", "1"), *fields, ("appVersion", "2")])


def _keys_in_other_order(fields: Fields, draw: Draw) -> bytes:
    return render(fields[::-1])


def _white_space_inside(fields: Fields, draw: Draw) -> bytes:
    return render(fields).replace(b'":', b'" :\t').replace(b',"', b' , "')


def _white_space_around(fields: Fields, draw: Draw) -> bytes:
    return draw.choice((b"  ", b"\t", b" \t")) + render(fields) + draw.choice((b" ", b"\t\t", b""))


def _carriage_return(fields: Fields, draw: Draw) -> bytes:
    return render(fields) + b"\r"


def _redelivered(fields: Fields, draw: Draw) -> bytes:
    return render(fields)


def _blank(fields: Fields, draw: Draw) -> bytes:
    return draw.choice((b"", b" ", b"\t ", b"\x0b", b"\x0c \x0b", b"\r", b" \r"))


def _rejected_newest_version(fields: Fields, draw: Draw) -> bytes:
    values = dict(fields)
    values["lastUpdateDate"] = str(int(values["lastUpdateDate"]) + draw.between(1, 60_000))
    values["registrationDate"] = '"soon"'
    return render(list(values.items()))


def _several_reasons(feed: str) -> tuple[LineKind, LineKind]:
    """Return the kinds of lines that are rejected for more than one reason: missing come first."""
    required = [key for key, (_, needed) in COLUMNS[feed].items() if needed]
    others = [key for key in COLUMNS[feed] if key != required[0]]
    empty = ",".join(f"missing_{key.lower()}" for key in required)
    arrays = ",".join((f"missing_{required[0].lower()}", *(f"invalid_{k.lower()}" for k in others)))
    return (
        LineKind("empty_object", empty, _empty_object, (feed,)),
        LineKind("one_missing_others_arrays", arrays, _all_arrays_but(required[0], feed), (feed,)),
    )


BLANK_LINE = "blank_line"

LINE_KINDS = (
    LineKind("cut_json", UNREADABLE, _cut),
    LineKind("extra_text", UNREADABLE, _extra_text),
    LineKind("trailing_comma", UNREADABLE, _trailing_comma),
    LineKind("single_quotes", UNREADABLE, _single_quotes),
    LineKind("array", UNREADABLE, _array),
    LineKind("scalar", UNREADABLE, _scalar),
    LineKind("not_json", UNREADABLE, _not_json),
    LineKind("number_not_of_json", UNREADABLE, _number_not_of_json),
    LineKind("invalid_utf8", UNREADABLE, _invalid_utf8),
    LineKind("raw_control_character", UNREADABLE, _raw_control_character),
    LineKind("byte_order_mark", UNREADABLE, _bom),
    LineKind("nan", UNREADABLE, _bare_word("NaN")),
    LineKind("infinity", UNREADABLE, _bare_word("Infinity")),
    LineKind("minus_infinity", UNREADABLE, _bare_word("-Infinity")),
    LineKind("declared_key_twice", UNREADABLE, _declared_key_twice),
    LineKind("unknown_key", None, _unknown_key),
    LineKind("unknown_key_twice", None, _unknown_key_twice),
    LineKind("keys_in_other_order", None, _keys_in_other_order),
    LineKind("white_space_inside", None, _white_space_inside),
    LineKind("white_space_around", None, _white_space_around),
    LineKind("carriage_return", None, _carriage_return),
    LineKind("redelivered", None, _redelivered),
    LineKind(BLANK_LINE, None, _blank),
    LineKind("rejected_newest", "invalid_registrationdate", _rejected_newest_version, (CUSTOMER,)),
    *(kind for feed in FEEDS for kind in _several_reasons(feed)),
)


# Kinds that change one column: functions that return the fields with another value for a key.

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


class Kind(NamedTuple):
    """A kind of dirty line of one feed, ready to be made from a clean line."""

    name: str
    reasons: str | None
    make: Callable[[Fields, Draw], bytes]


def _of_column(kind: ColumnKind, key: str, required: bool) -> Kind:
    reasons = None
    if kind.outcome == INVALID:
        reasons = f"invalid_{key.lower()}"
    elif kind.outcome == ABSENT and required:
        reasons = f"missing_{key.lower()}"
    return Kind(
        f"{kind.name}:{key}", reasons, lambda fields, draw: render(kind.edit(fields, key, draw))
    )


def kinds(feed: str) -> list[Kind]:
    """Return every kind of dirty line of a feed."""
    lines = [Kind(kind.name, kind.reasons, kind.make) for kind in LINE_KINDS if feed in kind.feeds]
    columns = [
        _of_column(kind, key, required)
        for kind in COLUMN_KINDS
        for key, (column_type, required) in COLUMNS[feed].items()
        if column_type in kind.types
    ]
    return lines + columns


# Kinds of odd files: a name that may be odd, and content made from clean lines.


def _lines(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _stored_gzip(content: bytes) -> bytes:
    """Return gzip data without compression, whose bytes do not depend on a zlib version."""
    head = b"\x1f\x8b\x08" + bytes(5) + b"\x00\xff"
    block = struct.pack("<BHH", 1, len(content), len(content) ^ 0xFFFF) + content
    return head + block + struct.pack("<II", zlib.crc32(content), len(content))


def _first_line_of(size: int) -> Callable[[Sequence[bytes]], bytes]:
    """Return a writer of lines whose first line has this size in bytes, the line end included."""

    def content(lines: Sequence[bytes]) -> bytes:
        padding = size - len(lines[0]) - len(b'"note":"",\n')
        return _lines([b'{"note":"' + b"a" * padding + b'",' + lines[0][1:], *lines[1:]])

    return content


class FileKind(NamedTuple):
    """A kind of odd file. Of the lines it is made from a reader sees each one, or none."""

    name: str
    path: str
    seen: bool
    content: Callable[[Sequence[bytes]], bytes]


# How many clean lines each odd file is made from.
SAMPLE = 3
# A reader may drop the mark at the start of a file, so the line after it is cut as well.
MARK_AND_CUT_LINE = b'\xef\xbb\xbf{"cut":\n'
BOM_FILE = "byte_order_mark_at_the_start"

FILE_KINDS = (
    FileKind("empty_file", "{feed}-empty.json", False, lambda lines: b""),
    FileKind("blank_file", "{feed}-blank.json", False, lambda lines: b" \n\t\r\n\x0b\x0c\n\n"),
    FileKind("gzip_file", "{feed}-zip.json.gz", True, lambda lines: _stored_gzip(_lines(lines))),
    FileKind("crlf_file", "{feed}-crlf.json", True, lambda lines: b"\r\n".join([*lines, b""])),
    FileKind("no_newline_at_end", "{feed}-open.json", True, lambda lines: b"\n".join(lines)),
    FileKind(BOM_FILE, "{feed}-bom.json", True, lambda lines: MARK_AND_CUT_LINE + _lines(lines)),
    FileKind("long_line", "{feed}-long.json", True, _first_line_of(LONG)),
    FileKind("name_with_other_ending", "{feed}.txt", True, _lines),
    FileKind("name_without_ending", "{feed}", True, _lines),
    FileKind("name_with_blanks", "{feed} 1 (copy).json", True, _lines),
    FileKind("name_with_quotes", "{feed} 'a' \"b\".json", True, _lines),
    FileKind("name_with_brackets", "{feed}[1]{{2}}.json", True, _lines),
    FileKind("name_with_percent", "{feed}%20100%.json", True, _lines),
    FileKind("name_with_unicode", "{feed}-größe-日本.json", True, _lines),
    FileKind("name_with_symbols", "{feed}+#&=;,@.json", True, _lines),
    FileKind("skipped_underscore_file", "_SUCCESS", False, _lines),
    FileKind("skipped_dot_file", ".{feed}.crc", False, lambda lines: b"\xff\x00garbage"),
    FileKind("skipped_underscore_folder", "_temporary/{feed}.json", False, _lines),
    FileKind("skipped_dot_folder", ".staging/{feed}.json", False, lambda lines: b"garbage{"),
)
HUGE_LINE = FileKind("huge_line", "{feed}-huge.json", True, _first_line_of(HUGE))


class Dirt:
    """Makes dirty lines, each kind in turn, and counts what a reader must make of them."""

    def __init__(self, seed: int, share: Fraction) -> None:
        """Start with a share of dirty lines for each clean line, above 0."""
        self.counts = {feed: {kind.name: 0 for kind in kinds(feed)} for feed in FEEDS}
        self.rows = dict.fromkeys(FEEDS, 0)
        self.reasons: dict[str, dict[str, int]] = {feed: {} for feed in FEEDS}
        self._share = share
        self._draw = Draw(seed, "dirt")
        self._turns = {feed: cycle(kinds(feed)) for feed in FEEDS}
        self._clean = dict.fromkeys(FEEDS, 0)

    def of_block(self, feed: str, people: int, lines: int) -> dict[int, list[Kind]]:
        """Return the kinds to make, by the place in the block of the person they belong to.

        The first block has every kind at least once.
        """
        before = self._clean[feed]
        count = int(self._share * (before + lines)) - int(self._share * before)
        if not before:
            count = max(count, len(self.counts[feed]))
        self._clean[feed] += lines
        due: dict[int, list[Kind]] = {}
        for _ in range(count):
            due.setdefault(self._draw.below(people), []).append(next(self._turns[feed]))
        return due

    def make(self, feed: str, kind: Kind, clean: str) -> bytes:
        """Return a dirty line, line end included, made from one of the clean lines."""
        self.counts[feed][kind.name] += 1
        if kind.name != BLANK_LINE:
            self._expect(feed, kind.reasons)
        line = self._draw.choice(clean.splitlines())
        return kind.make(parse(line), self._draw) + b"\n"

    def file(self, feed: str, kind: FileKind, lines: Sequence[bytes]) -> tuple[str, bytes]:
        """Return the name and the content of an odd file made from clean lines."""
        self.counts[feed][kind.name] = 1
        self.rows[feed] += len(lines) if kind.seen else 0
        if kind.name == BOM_FILE:
            self._expect(feed, UNREADABLE)
        return kind.path.format(feed=feed), kind.content(lines)

    def _expect(self, feed: str, reasons: str | None) -> None:
        self.rows[feed] += 1
        if reasons:
            known = self.reasons[feed]
            known[reasons] = known.get(reasons, 0) + 1

    def day(self, days: int) -> int:
        """Return the day on which a dirty line arrives, which may be any."""
        return self._draw.below(days)
