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
    own = _folder(found)
    if own and glue_tables.is_iceberg(found):
        return below(f"{own}data/", query_id, on)
    locations = {own}
    if found.get("PartitionKeys"):
        partitions = _partition_folders(table, on)
        locations |= {folder for folder in partitions if not own or not folder.startswith(own)}
    return [file for folder in sorted(locations - {""}) for file in below(folder, query_id, on)]


def _folder(entry: glue_tables.GlueTable) -> str:
    """Return where a table or partition is, with a slash at its end; empty for a view's."""
    location = glue_tables.location(entry)
    return location and location.rstrip("/") + "/"


def _partition_folders(table: TableName, on: Connections) -> set[str]:
    pages = on.glue.get_paginator("get_partitions").paginate(
        DatabaseName=table.database, TableName=table.name, ExcludeColumnSchema=True
    )
    return {_folder(partition) for page in pages for partition in page["Partitions"]}


def below(location: str, query_id: str, on: Connections) -> list[str]:
    """Return the addresses of the files of a statement below a location that ends with a slash."""
    bucket, prefix = bucket_and_key(location)
    pages = on.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return [f"s3://{bucket}/{key}" for key in keys if query_id in key.rpartition("/")[2]]
