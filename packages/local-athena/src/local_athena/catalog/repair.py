"""MSCK REPAIR TABLE: the folders of a table against the partitions that Glue knows.

What is found and said is Hive's (its HiveMetaStoreChecker and DDLTask), as far as it was seen on
AWS: a folder that cannot be a partition is named and not added, and fails nothing.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..s3_locations import bucket_and_key
from ..sql.alter_steps import RepairPartitions
from . import glue_tables
from .connections import Connections

MOST_AT_ONCE = 100  # of BatchCreatePartition
_NO_PATH = (
    "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."
    " Can not create a Path from an empty string"
)


def repair_partitions(step: RepairPartitions, on: Connections) -> list[str]:
    """Add the partitions that S3 has and Glue has not; return the lines that say so."""
    name = step.table.name
    found = glue_tables.find(on.glue, step.table)
    if found is None:
        return [f"Tables not in metastore:\t{name}"]
    glue_tables.not_iceberg(found)
    glue_tables.check_complete(found)
    location = glue_tables.location(found).rstrip("/")
    if not location:
        raise AthenaFailure(_NO_PATH, ErrorType.INVALID_ARGUMENT)
    files = list(_keys_below(location, on))
    if not files:
        return [f"Tables missing on filesystem:\t{name}"]
    keys = [key["Name"] for key in found.get("PartitionKeys", [])]
    known = _known_partitions(step, on)
    folders = {folder: _values(folder, keys) for folder in _folders(files, len(keys))}
    unknown = {folder: values for folder, values in folders.items() if values not in known}
    existing = set(folders.values())
    missing = [
        "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        for values, place in known.items()
        if values not in existing and place and next(_keys_below(place, on), None) is None
    ]
    lines = []
    for heading, names in (
        ("Partitions not in metastore:", unknown),
        ("Partitions missing from filesystem:", missing),
    ):
        if names:
            lines.append("\t".join([heading, *(f"{name}:{folder}" for folder in sorted(names))]))
    added = _add(step, found, unknown, on)
    return lines + [f"Repair: Added partition to metastore {name}:{folder}" for folder in added]


def _keys_below(location: str, on: Connections) -> Iterator[str]:
    """Return the keys of a folder, without the folder's own name before them."""
    bucket, folder = bucket_and_key(location.rstrip("/") + "/")
    pages = on.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
    for page in pages:
        yield from (entry["Key"].removeprefix(folder) for entry in page.get("Contents", []))


def _folders(files: Iterable[str], depth: int) -> list[str]:
    """Return the folders of up to `depth` levels, but for those that Hive does not see."""
    found = {"/".join(file.split("/")[:-1][:depth]) for file in files}
    return sorted(f for f in found if f and not any(n[0] in "_." for n in f.split("/") if n))


def _values(folder: str, keys: list[str]) -> tuple[str, ...] | None:
    """Return the values of `key=value/key=value`; None if it is not that, or a value is empty."""
    pairs = [part.rpartition("=")[::2] for part in folder.split("/")]
    if [unquote(name) for name, _ in pairs] != keys or not all(value for _, value in pairs):
        return None
    return tuple(unquote(value) for _, value in pairs)


def _known_partitions(step: RepairPartitions, on: Connections) -> dict[tuple[str, ...], str]:
    """Return where the partitions are that Glue knows, by their values."""
    pages = on.glue.get_paginator("get_partitions").paginate(
        DatabaseName=step.table.database, TableName=step.table.name
    )
    return {
        tuple(partition["Values"]): glue_tables.location(partition)
        for page in pages
        for partition in page["Partitions"]
    }


def _add(
    step: RepairPartitions,
    table: glue_tables.GlueTable,
    folders: dict[str, tuple[str, ...] | None],
    on: Connections,
) -> list[str]:
    """Add the folders that are partitions, each value once; return them."""
    by_values = {values: folder for folder, values in reversed(folders.items()) if values}
    inputs = [
        {
            "Values": list(values),
            "StorageDescriptor": table["StorageDescriptor"]
            | {"Location": f"{glue_tables.location(table).rstrip('/')}/{folder}"},
        }
        for values, folder in by_values.items()
    ]
    for start in range(0, len(inputs), MOST_AT_ONCE):
        on.glue.batch_create_partition(
            DatabaseName=step.table.database,
            TableName=step.table.name,
            PartitionInputList=inputs[start : start + MOST_AT_ONCE],
        )
    return sorted(by_values.values())
