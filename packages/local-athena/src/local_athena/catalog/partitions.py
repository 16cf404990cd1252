"""Steps on the partitions of Hive tables."""

from typing import Any

from botocore.exceptions import ClientError

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import TableName
from ..sql.alter_steps import AddPartitions, DropPartitions, PartitionSpec
from . import glue_tables
from .connections import Connections


def add_partitions(step: AddPartitions, on: Connections) -> None:
    """Tell Glue of partitions; the folder of one without a location is below the table's."""
    found = glue_tables.get_hive_to_alter(on.glue, step.table)
    for partition in step.partitions:
        try:
            on.glue.create_partition(
                DatabaseName=step.table.database,
                TableName=step.table.name,
                PartitionInput=_partition_input(found, partition),
            )
        except ClientError as error:
            if glue_tables.code_of(error) != "AlreadyExistsException":
                raise
            if not step.if_not_exists:
                reason = f"FAILED: AlreadyExistsException: Partition already exists: {partition}"
                raise AthenaFailure(reason, ErrorType.INVALID_ARGUMENT) from error


def drop_partitions(step: DropPartitions, on: Connections) -> None:
    """Make Glue forget the partitions that have the values, whatever their other keys are."""
    found = glue_tables.get_hive_to_alter(on.glue, step.table)
    keys = [key["Name"] for key in found.get("PartitionKeys", [])]
    for partition in step.partitions:
        matching = [
            values
            for values in partition_values(step.table, on)
            if all(dict(zip(keys, values, strict=True)).get(k) == v for k, v in partition.values)
        ]
        if not matching and not step.if_exists:
            reason = f"FAILED: SemanticException [Error 10006]: Partition not found {partition}"
            raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
        for values in matching:
            on.glue.delete_partition(
                DatabaseName=step.table.database,
                TableName=step.table.name,
                PartitionValues=values,
            )


def partition_values(table: TableName, on: Connections) -> list[list[str]]:
    """Return the values of each partition that Glue knows."""
    pages = on.glue.get_paginator("get_partitions").paginate(
        DatabaseName=table.database, TableName=table.name
    )
    return [partition["Values"] for page in pages for partition in page["Partitions"]]


def _partition_input(table: glue_tables.GlueTable, partition: PartitionSpec) -> dict[str, Any]:
    """Return a partition that is read as the table is."""
    given = dict(partition.values)
    keys = [key["Name"] for key in table.get("PartitionKeys", [])]
    if set(given) != set(keys):
        reason = f"FAILED: SemanticException partition spec {given} doesn't contain all ({keys})"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    descriptor = table["StorageDescriptor"]
    folder = "/".join(f"{key}={given[key]}" for key in keys)
    location = partition.location or f"{descriptor['Location']}/{folder}"
    return {
        "Values": [given[key] for key in keys],
        "StorageDescriptor": {**descriptor, "Location": location},
    }
