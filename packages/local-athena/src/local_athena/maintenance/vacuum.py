"""VACUUM: snapshots, metadata files and orphan files that are too old.

AWS, "VACUUM": removes snapshots older than `vacuum_max_snapshot_age_seconds`, but keeps at least
`vacuum_min_snapshots_to_keep`; removes files that nothing reaches afterwards, all but
`vacuum_max_metadata_files_to_keep` of the previous metadata files among them; removes orphan files
older than that age. Everything is done in one run: ICEBERG_VACUUM_MORE_RUNS_NEEDED is not emulated.
"""

import json

from ..catalog import glue_tables
from ..catalog.connections import Connections
from ..language.names import TableName
from ..s3_locations import bucket_and_key
from ..sql.properties import extra_properties
from ..sql.steps import Vacuum
from .table_settings import TableSettings, properties_of

# Trino's procedure has no argument for it, but Iceberg's library heeds its own property.
_KEEP = "history.expire.min-snapshots-to-keep"


def vacuum(step: Vacuum, on: Connections) -> None:
    """Remove what the table's properties no longer keep."""
    glue_tables.get_iceberg(on.glue, step.table, "VACUUM")
    properties = properties_of(step.table, on)
    settings = TableSettings.of(properties)
    _keep_snapshots(step.table, settings.min_snapshots_to_keep, properties, on)
    _execute("expire_snapshots", step.table, settings, on)
    _remove_metadata_files(step.table, settings.max_metadata_files_to_keep, on)
    _execute("remove_orphan_files", step.table, settings, on)


def _keep_snapshots(
    table: TableName, number: int, properties: dict[str, str], on: Connections
) -> None:
    if int(properties.get(_KEEP, "1")) != number:
        kept = extra_properties(((_KEEP, str(number)),))
        on.trino.execute(f"ALTER TABLE {table.on_iceberg} SET PROPERTIES {kept}")


def _execute(procedure: str, table: TableName, settings: TableSettings, on: Connections) -> None:
    age = f"{settings.max_snapshot_age_seconds}s"
    sql = f"ALTER TABLE {table.on_iceberg} EXECUTE {procedure}(retention_threshold => '{age}')"
    on.trino.execute(sql)


def _remove_metadata_files(table: TableName, keep: int, on: Connections) -> None:
    """Remove the oldest of the metadata files that came before the current one."""
    parameters = glue_tables.get(on.glue, table)["Parameters"]
    bucket, key = bucket_and_key(parameters["metadata_location"])
    metadata = json.load(on.s3.get_object(Bucket=bucket, Key=key)["Body"])
    previous = [entry["metadata-file"] for entry in metadata.get("metadata-log", [])]
    for location in previous[: max(len(previous) - keep, 0)]:
        bucket, key = bucket_and_key(location)
        on.s3.delete_object(Bucket=bucket, Key=key)
