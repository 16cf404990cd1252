"""Writes a value of Trino's as Athena does in VarCharValue and in the result's CSV file.

Athena writes the text of the Java object: numbers as Java's toString, arrays as [a, b], maps and
rows as {k=v}, with nothing quoted, so that it cannot be read back in general. NULL is no text at
all, but "null" inside an array, a map or a row.
"""

import base64
import zlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from ..language.types import DataType

Writer = Callable[[Any], str]

_KEY_ORDER = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("real", "double"), float),
    "decimal": Decimal,
}


def writer(type_: DataType) -> Writer:
    """Make the function that writes the values, other than None, of a column."""
    inner = [data_type for _, data_type in type_.fields]
    match type_.name:
        case "boolean":
            return lambda value: "true" if value else "false"
        case "double" | "real":
            return java_double
        case "varbinary":
            return lambda value: base64.b64decode(value).hex(" ")
        case "array":
            return _array(*inner)
        case "map":
            return _map(*inner)
        case "row":
            return _row(type_.fields)
        case _:
            return str


def java_double(value: float | str) -> str:
    """Write a double as Java's Double.toString: 1.0, 1.0E-4, 1.2345678E7, NaN, Infinity."""
    if isinstance(value, str):  # Trino sends NaN and Infinity as text
        return value
    value = float(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    # repr has the digits Java has, the fewest that mean this number.
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' * sign}{text[0]}.{text[1:] or '0'}E{exponent + len(digits) - 1}"


def _nested(type_: DataType) -> Writer:
    if type_.name == "varbinary":
        return _java_bytes
    write = writer(type_)
    return lambda value: "null" if value is None else write(value)


def _java_bytes(value: str | None) -> str:
    # Athena shows the identity of the Java object, which says nothing of the bytes.
    return "null" if value is None else f"[B@{zlib.crc32(base64.b64decode(value)):x}"


def _array(element_type: DataType) -> Writer:
    write = _nested(element_type)
    return lambda values: f"[{', '.join(map(write, values))}]"


def _map(key_type: DataType, value_type: DataType) -> Writer:
    """Write the entries in the order of their keys, which come as text whatever their type."""
    order = _KEY_ORDER.get(key_type.name, str)
    write_key = java_double if order is float else str
    write_value = _nested(value_type)

    def write(value: dict[str, Any]) -> str:
        keys = sorted(value, key=order)
        return f"{{{', '.join(f'{write_key(k)}={write_value(value[k])}' for k in keys)}}}"

    return write


def _row(fields: Iterable[tuple[str, DataType]]) -> Writer:
    writers = [(f"{name}=" if name else "", _nested(type_)) for name, type_ in fields]

    def write(values: list[Any]) -> str:
        pairs = zip(writers, values, strict=True)
        return f"{{{', '.join(label + write(value) for (label, write), value in pairs)}}}"

    return write
