"""Glue's columns of an Iceberg table: with the ids of their fields, and with the dropped ones.

Trino commits the current columns alone, with none of Iceberg's parameters. What Athena commits has
`iceberg.field.id`, `.optional` and `.current`, and every column that an older schema had and the
current one has not, as not current (as IcebergToGlueConverter of Apache Iceberg does).
Clients take a column without `.current` for none: awswrangler's to_iceberg finds no columns at all.
Trino would list the dropped ones, so it is not told of them (see views).
"""

import json
from collections.abc import Iterator
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.glue.models import FakeTable
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from ..s3_locations import bucket_and_key
from .patching import Patch

_HIVE_TYPES = {
    **{"long": "bigint", "uuid": "string", "time": "string", "fixed": "binary"},
    **dict.fromkeys(("timestamptz", "timestamp_ns", "timestamptz_ns"), "timestamp"),
}

PATCH = Patch()


@PATCH.replaces(FakeTable, "__init__")
def _init(original):
    def init(table: FakeTable, *args: Any, **kwargs: Any) -> None:
        original(table, *args, **kwargs)
        _mark(table.get_version("1"), committed=None)

    return init


@PATCH.replaces(FakeTable, "update")
def _update(original):
    def update(table: FakeTable, table_input: dict[str, Any]) -> None:
        before = table.get_version(str(table._current_version))
        _mark(table_input, committed=_metadata_location(before))
        original(table, table_input)

    return update


def _metadata_location(table_input: dict[str, Any]) -> str | None:
    return (table_input.get("Parameters") or {}).get("metadata_location")


def _mark(table_input: dict[str, Any], committed: str | None) -> None:
    """Complete the columns if this is a commit: one with other metadata than those `committed`."""
    location = _metadata_location(table_input)
    metadata = _read(location) if location and location != committed else None
    if metadata is None:
        return
    descriptor = table_input.get("StorageDescriptor") or {}
    given = {column["Name"]: column for column in descriptor.get("Columns") or []}
    try:
        columns = list(_columns(metadata, given))
    except (AttributeError, LookupError, TypeError):
        return  # it is JSON, and no metadata of Iceberg
    table_input["StorageDescriptor"] = {**descriptor, "Columns": columns}


def _read(location: str) -> dict[str, Any] | None:
    bucket, key = bucket_and_key(location)
    try:
        found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object(bucket, key)
        return json.loads(found.value) if found else None
    except (MissingBucket, ValueError):
        return None


def _columns(metadata: dict[str, Any], given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the columns of the current schema as they were given, then those of older ones.

    The first version of the format may have one schema only, without an id.
    """
    schemas = metadata.get("schemas") or [{"schema-id": 0, **metadata["schema"]}]
    current = metadata.get("current-schema-id", schemas[-1]["schema-id"])
    seen = set()
    for schema in sorted(schemas, key=lambda schema: schema["schema-id"] != current):
        for field in schema["fields"]:
            name = field["name"].lower()
            if name in seen:
                continue
            seen.add(name)
            column = given.get(name, {"Name": name, "Type": _hive_type(field["type"])})
            marks = {
                "iceberg.field.id": str(field["id"]),
                "iceberg.field.optional": str(not field["required"]).lower(),
                "iceberg.field.current": str(schema["schema-id"] == current).lower(),
            }
            yield {**column, "Parameters": {**(column.get("Parameters") or {}), **marks}}


def _hive_type(type_: Any) -> str:
    if isinstance(type_, str):
        return _HIVE_TYPES.get(type_.partition("[")[0], type_.replace(" ", ""))
    match type_["type"]:
        case "list":
            return f"array<{_hive_type(type_['element'])}>"
        case "map":
            return f"map<{_hive_type(type_['key'])},{_hive_type(type_['value'])}>"
    fields = (f"{field['name']}:{_hive_type(field['type'])}" for field in type_["fields"])
    return f"struct<{','.join(fields)}>"
