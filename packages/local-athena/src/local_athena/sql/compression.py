"""The compression that a statement asks for."""

from ..language.errors import InvalidRequest, NotEmulated
from ..strictness.table_properties import Value
from .steps import Pairs

# Trino calls ORC's ZLIB by the name of the algorithm.
_CODECS = {"NONE": "NONE", "UNCOMPRESSED": "NONE", "ZLIB": "GZIP", "GZIP": "GZIP"} | {
    codec: codec for codec in ("SNAPPY", "LZ4", "ZSTD")
}


def compression(catalog: str, properties: dict[str, Value]) -> Pairs:
    """Return the setting of a Trino session for the compression that a statement names."""
    keys = ("write_compression", "parquet_compression", "orc_compression", "compression")
    codecs = [str(properties[key]).upper() for key in keys if key in properties]
    if len(codecs) > 1:
        raise InvalidRequest("Multiple compression properties are not supported", "INVALID_INPUT")
    if not codecs:
        return ()
    if codecs[0] not in _CODECS:
        raise NotEmulated(f"Compression {codecs[0]}")
    return ((f"{catalog}.compression_codec", _CODECS[codecs[0]]),)
