"""CREATE [EXTERNAL] TABLE in Hive's grammar; a Hive table is made in Glue."""

from ..language.errors import AthenaFailure, InvalidRequest, NotEmulated
from ..language.names import hive_name
from ..language.parser import Parser
from ..strictness import locations, unique_columns
from ..strictness import names as naming
from .create_iceberg_table import iceberg_table
from .steps import GlueCall, Refuse, Step, Translation
from .table_definition import TableDefinition, read_clauses

_NO_LOCATION = "No location was specified for table. An S3 location must be specified"


def create_table(parser: Parser, context: str, external: bool) -> Translation:
    """Translate what follows CREATE [EXTERNAL] TABLE."""
    if_not_exists = parser.accept("IF", "NOT", "EXISTS")
    name = hive_name(parser, context)
    definition = TableDefinition(external, if_not_exists, name.table())
    read_clauses(parser, definition)
    naming.lower_case("table", name.last)
    table_type = definition.table_type()
    if table_type not in ("HIVE", "ICEBERG"):
        raise NotEmulated(f"table_type {table_type}")
    if not definition.location:
        raise InvalidRequest(_NO_LOCATION)
    locations.check(definition.location)
    if (table_type == "ICEBERG") == external:
        needed = "not supported" if external else "required"
        raise InvalidRequest(f"External keyword {needed} for table type {table_type}")
    step = _hive_table(definition) if external else iceberg_table(definition)
    return Translation("DDL", "CREATE_TABLE", (step,))


def _hive_table(definition: TableDefinition) -> Step:
    if definition.transforms:
        raise InvalidRequest("Partition columns of a HIVE table need types")
    _check_serde(definition)
    try:
        unique_columns.check(
            (column.name for column in definition.columns),
            (key.name for key in definition.partition_keys),
        )
    except AthenaFailure as failure:
        return Refuse.because_of(failure)
    descriptor = {
        "Columns": [column.glue() for column in definition.columns],
        # Hive's paths end without a slash.
        "Location": (definition.location or "").rstrip("/"),
        **definition.storage.glue(),
    }
    if definition.buckets:
        columns = [column.lower() for column in definition.bucket_columns]
        descriptor |= {"NumberOfBuckets": definition.buckets, "BucketColumns": columns}
    comment = {} if definition.comment is None else {"comment": definition.comment}
    table = {
        "Name": definition.table.name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **comment, **dict(definition.properties)},
        "PartitionKeys": [key.glue() for key in definition.partition_keys],
        "StorageDescriptor": descriptor,
    }
    accepts = ("AlreadyExistsException",) if definition.if_not_exists else ()
    parameters = {"DatabaseName": definition.table.database, "TableInput": table}
    return GlueCall("create_table", parameters, accepts)


def _check_serde(definition: TableDefinition) -> None:
    """Refuse types that Athena reads through OpenCSVSerde; Trino reads texts, come what may.

    A varchar is such a text; that a longer value is cut on Athena is not emulated.
    """
    if (definition.storage.serde or "").endswith(".OpenCSVSerde"):
        for column in definition.columns:
            if column.type.name != "varchar":
                raise NotEmulated(f"OpenCSVSerde with a column of type {column.type.hive}")
