"""The properties that UNLOAD takes.

AWS, "UNLOAD": format is required; compression is for ORC and Parquet and not for Avro; a delimiter
has one character. Text and JSON take a compression as well, whatever that page says: `compression =
'NONE'` is in use for both. Which codec a format may have: AWS, "Use Hive table compression".
"""

from ..language.errors import InvalidRequest
from .table_properties import Value, check_ranges

_KNOWN = ("format", "compression", "compression_level", "field_delimiter", "partitioned_by")
_TEXT = ("BZIP2", "GZIP", "LZ4", "NONE", "SNAPPY", "ZSTD")
_CODECS = {
    "AVRO": (),
    "JSON": _TEXT,
    "ORC": ("LZ4", "NONE", "SNAPPY", "ZLIB", "ZSTD"),
    "PARQUET": ("GZIP", "NONE", "SNAPPY", "UNCOMPRESSED", "ZSTD"),
    "TEXTFILE": _TEXT,
}


def check(properties: dict[str, Value]) -> None:
    """Refuse keys and values that Athena does not take in an UNLOAD."""
    if unknown := [key for key in properties if key not in _KNOWN]:
        raise _invalid(f"Table properties [{', '.join(unknown)}] are not supported.")
    table_format = str(properties.get("format", "")).upper()
    if table_format not in _CODECS:
        problem = (
            f"Format {table_format} is not supported" if table_format else "Format is required"
        )
        raise _invalid(f"{problem} for UNLOAD. Use one of {', '.join(_CODECS)}")
    codec = str(properties.get("compression", "")).upper()
    if codec and codec not in _CODECS[table_format]:
        raise _invalid(f"Compression {codec} is not supported for format {table_format}")
    named_as_in_ctas = {"write_compression": codec} if codec else {}
    check_ranges({**properties, **named_as_in_ctas})
    _check_delimiter(properties, table_format)


def _check_delimiter(properties: dict[str, Value], table_format: str) -> None:
    delimiter = properties.get("field_delimiter")
    if delimiter is None:
        return
    if table_format != "TEXTFILE":
        raise _invalid(f"field_delimiter is not supported for format {table_format}")
    if len(str(delimiter)) != 1:
        raise _invalid(f"field_delimiter must be a single character: '{delimiter}'")


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest(message, "INVALID_INPUT")
