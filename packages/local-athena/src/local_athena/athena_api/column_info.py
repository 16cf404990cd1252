"""The columns of a result, as GetQueryResults describes them."""

from typing import Any

from ..language.types import DataType, parse_trino_type
from ..trino_client import Column

# Precision of the types that have no parameters of their own, and of dates and times whatever
# theirs are; 0 for the others.
_PRECISION = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "float": 17,
    "double": 17,
    "varchar": 2147483647,
    "varbinary": 1073741824,
    "time": 3,
    "time with time zone": 3,
    "timestamp": 3,
    "timestamp with time zone": 3,
}


def column_info(column: Column) -> dict[str, Any]:
    """Describe a column of a result."""
    type_ = parse_trino_type(column.type)
    name = "float" if type_.name == "real" else type_.name
    precision, scale = _precision_and_scale(name, type_)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": name,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": name in ("varchar", "char"),
    }


def _precision_and_scale(name: str, type_: DataType) -> tuple[int, int]:
    if name in ("decimal", "varchar", "char") and type_.parameters:
        precision, *scale = type_.parameters
        return precision, scale[0] if scale else 0
    return _PRECISION.get(name, 0), 0
