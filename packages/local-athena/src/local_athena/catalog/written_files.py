"""The files that a statement wrote, which Athena lists in its manifest.

Trino begins the names of data files with the id of the statement, so that files of others, be they
older or written meanwhile, are told apart.
"""

from ..language.names import TableName
from ..s3_locations import bucket_and_key
from . import glue_tables
from .connections import Connections


def of_table(table: TableName, query_id: str, on: Connections) -> list[str]:
    """Return the addresses of the data files that a statement added to a table."""
    found = glue_tables.find(on.glue, table)
    if found is None:
        return []
    own = found["StorageDescriptor"]["Location"].rstrip("/") + "/"
    if glue_tables.is_iceberg(found):
        return below(f"{own}data/", query_id, on)
    others = _other_locations(table, own, on) if found.get("PartitionKeys") else set()
    return [file for location in (own, *sorted(others)) for file in below(location, query_id, on)]


def _other_locations(table: TableName, own: str, on: Connections) -> set[str]:
    """Return where the partitions are that do not lie below their table."""
    pages = on.glue.get_paginator("get_partitions").paginate(
        DatabaseName=table.database, TableName=table.name, ExcludeColumnSchema=True
    )
    found = (
        partition["StorageDescriptor"]["Location"].rstrip("/") + "/"
        for page in pages
        for partition in page["Partitions"]
    )
    return {location for location in found if not location.startswith(own)}


def below(location: str, query_id: str, on: Connections) -> list[str]:
    """Return the addresses of the files of a statement below a location that ends with a slash."""
    bucket, prefix = bucket_and_key(location)
    pages = on.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return [f"s3://{bucket}/{key}" for key in keys if query_id in key.rpartition("/")[2]]
