"""The `.metadata` file beside a result: its columns, in binary.

AWS says no more than that; the numbers of the fields (of protocol buffers) are those that the JDBC
driver burtcorp/athena-jdbc reads in the files of AWS.
"""

from typing import Any

_EXECUTION, _COLUMN = 1, 4
_TEXTS = {1: "CatalogName", 4: "Name", 5: "Label", 6: "Type"}
_NUMBERS = {7: "Precision", 8: "Scale", 10: "CaseSensitive"}
_NULLABLE, _UNKNOWN = 9, 3


def result_metadata(execution_id: str, columns: list[dict[str, Any]]) -> bytes:
    """Return the file for columns as GetQueryResults describes them."""
    parts = [_bytes(_EXECUTION, execution_id.encode())]
    return b"".join(parts + [_bytes(_COLUMN, _column(column)) for column in columns])


def _column(column: dict[str, Any]) -> bytes:
    texts = [_bytes(number, column[name].encode()) for number, name in _TEXTS.items()]
    numbers = {number: int(column[name]) for number, name in _NUMBERS.items()}
    numbers[_NULLABLE] = _UNKNOWN
    # A number that is 0 is left out.
    return b"".join(texts) + b"".join(
        bytes([number << 3]) + _varint(value) for number, value in sorted(numbers.items()) if value
    )


def _bytes(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Return a number as seven bits a byte, the lowest first."""
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
