"""Dirty lines that do not depend on a column: each kind makes one from a clean line's fields."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..rand import Draw
from ..records import CUSTOMER, FEEDS
from .fields import COLUMNS, UNREADABLE, Fields, render


class LineKind(NamedTuple):
    """A kind of dirty line; `reasons` is why a reader must reject it, None when it is usable."""

    name: str
    reasons: str | None
    make: Callable[[Fields, Draw], bytes]
    feeds: Sequence[str] = FEEDS


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
