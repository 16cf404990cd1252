"""The table properties that Athena knows, and the values they take.

AWS, "CREATE TABLE AS", CTAS table properties, and "Create Iceberg tables": "Athena allows only a
predefined list of key-value pairs". `vacuum_max_metadata_files_to_keep` is documented for CREATE
TABLE and ALTER TABLE; that a CTAS takes it is not proven. CTAS keys count in lower case only
("Table properties [FORMAT] are not supported."); TBLPROPERTIES answer an unknown key with
"Unsupported table property key" (measured on AWS).
"""

from collections.abc import Iterable

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure, InvalidRequest

Value = str | int | bool | tuple[str, ...]

_BELOW_50 = ("optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold")
POSITIVE = (
    *_BELOW_50,
    "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes",
    "write_target_data_file_size_bytes",
    "vacuum_min_snapshots_to_keep",
    "vacuum_max_snapshot_age_seconds",
    "vacuum_max_metadata_files_to_keep",
)
_WRITING = ("format", "write_compression", "compression_level")
ICEBERG_CTAS = {*POSITIVE, *_WRITING, "table_type", "is_external", "location", "partitioning"}
HIVE_CTAS = {
    *_WRITING,
    *("table_type", "is_external", "external_location", "partitioned_by", "bucketed_by"),
    *("bucket_count", "field_delimiter", "orc_compression", "parquet_compression"),
}
ICEBERG_TABLE = {*POSITIVE, *_WRITING, "table_type", "write_data_path_enabled"}
ICEBERG_FORMATS = ("PARQUET", "ORC", "AVRO")


def check_ctas(properties: dict[str, Value], is_iceberg: bool) -> None:
    """Refuse keys and values that Athena does not take in a CTAS."""
    known = ICEBERG_CTAS if is_iceberg else HIVE_CTAS
    if unknown := [key for key in properties if key not in known]:
        raise _invalid(f"Table properties [{', '.join(unknown)}] are not supported.")
    for key in POSITIVE:
        if key in properties and not _is_whole_number(properties[key]):
            raise _invalid(f"Table property {key} must be a whole number: {properties[key]!r}")
    check_ranges(properties)
    if is_iceberg:
        _check_iceberg_ctas(properties)


def _check_iceberg_ctas(properties: dict[str, Value]) -> None:
    """Refuse what makes no Iceberg table: it is not external, and its location is required."""
    if properties.get("is_external", True) is not False:
        raise _invalid("Table property is_external must be set to false for ICEBERG tables")
    if not properties.get("location"):
        raise _invalid("Table property location is required for ICEBERG tables")
    if str(properties.get("format", "PARQUET")).upper() not in ICEBERG_FORMATS:
        raise _invalid(f"Format {properties['format']} is not supported for ICEBERG tables")


def check_table_properties(properties: dict[str, str]) -> None:
    """Refuse what ALTER TABLE cannot set on an Iceberg table."""
    check_keys(properties)
    if problem := _problem_of_ranges(_lower(properties)):
        raise AthenaFailure(problem, ErrorType.NOT_SUPPORTED)


def check_keys(keys: Iterable[str]) -> None:
    """Refuse the first key that Athena does not know on an Iceberg table."""
    for key in keys:
        if key.lower() not in ICEBERG_TABLE:
            raise AthenaFailure(f"Unsupported table property key: {key}", ErrorType.NOT_SUPPORTED)


def check_ranges(properties: dict[str, Value]) -> None:
    """Refuse numbers out of their range, and a level of compression without a codec."""
    if "compression_level" in properties and "write_compression" not in properties:
        raise _invalid(
            "Compression codec must be defined when compression_level property is specified."
        )
    if problem := _problem_of_ranges(_lower(properties)):
        raise _invalid(problem)


def _problem_of_ranges(properties: dict[str, Value]) -> str | None:
    """Return what is wrong with the numbers, be they written as numbers or as strings."""
    for key, value in properties.items():
        number = int(value) if str(value).isdecimal() else None
        if key in POSITIVE and not number:
            return f"Table property {key} must be a positive number: {value}"
        if key in _BELOW_50 and (number or 0) >= 50:
            return f"Table property {key} must be less than 50: {value}"
        if key == "compression_level" and not 1 <= (number or 0) <= 22:
            return f"Table property {key} must be from 1 to 22: {value}"
    return None


def _lower(properties: dict[str, Value]) -> dict[str, Value]:
    return {key.lower(): value for key, value in properties.items()}


def _is_whole_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest(message, "INVALID_INPUT")
