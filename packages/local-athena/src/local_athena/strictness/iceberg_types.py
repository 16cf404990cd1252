"""Types that a column of an Iceberg table may have.

AWS, "Supported data types for Iceberg tables in Athena": binary, boolean, date, decimal, double,
float, int, list, long, map, string, struct and timestamp without time zone. Trino takes others and
stores the next wider type, silently: tinyint and smallint as integer, char as varchar, a timestamp
of any precision as timestamp(6). The messages are the ones of the Trino that Athena 3 was made
from (TypeConverter), and "Unsupported Hive type" is Athena's for timestamps with a time zone
(apache/iceberg#15761).

Measurements of September 2026 (aoyagikouhei/athena-local, docs/dev/measurements) saw Athena take
time, uuid and timestamp with time zone in a CTAS, against that page; a table with time or uuid
then fails DESCRIBE with "Table has unsupported column types". The stricter rule is kept: what
passes here passes there.
"""

from collections.abc import Iterable

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.types import DataType

_SUPPORTED = {
    *("boolean", "integer", "bigint", "real", "double", "decimal"),
    *("varchar", "varbinary", "date"),
    "unknown",  # of a bare NULL: Trino itself says that the column has no type
}
_WITH_TIME = {
    "timestamp": "Timestamp",
    "timestamp with time zone": "Timestamp",
    "time": "Time",
}
PRECISION = 6


def check(types: Iterable[DataType]) -> None:
    """Refuse the first type that Athena does not take in an Iceberg table."""
    for data_type in types:
        for leaf in data_type.leaves():
            if problem := _problem(leaf):
                raise AthenaFailure(f"NOT_SUPPORTED: {problem}", ErrorType.NOT_SUPPORTED)


def _problem(leaf: DataType) -> str | None:
    """Return what is wrong with a type that holds no others."""
    if leaf.name in _SUPPORTED:
        return None
    if leaf.name not in _WITH_TIME:
        if leaf.name == "uuid":
            return f"Unsupported Hive type: {leaf}"
        return f"Type not supported for Iceberg: {leaf}"
    if leaf.parameters != (PRECISION,):
        precision = leaf.parameters[0] if leaf.parameters else 3
        right = DataType(leaf.name, (PRECISION,))
        return (
            f"{_WITH_TIME[leaf.name]} precision ({precision}) not supported for Iceberg."
            f' Use "{right}" instead.'
        )
    return None if leaf.name == "timestamp" else f"Unsupported Hive type: {leaf}"
