"""CREATE TABLE with table_type ICEBERG: an empty Iceberg table."""

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import literal
from ..strictness import iceberg_types, table_properties
from .compression import compression
from .properties import kept_properties
from .steps import Refuse, Step, TrinoSql
from .table_definition import TableDefinition


def iceberg_table(definition: TableDefinition) -> Step:
    """Return the step that makes the table, or the one that fails."""
    properties = {key.lower(): value for key, value in definition.properties}
    table_properties.check_ranges(properties)
    try:
        _check_iceberg(definition)
    except AthenaFailure as failure:
        return Refuse.because_of(failure)
    columns = ",\n".join(f"    {column.iceberg()}" for column in definition.columns)
    comment = "" if definition.comment is None else f"\nCOMMENT {literal(definition.comment)}"
    options = [f"location = {literal(definition.location or '')}"]
    options.append(f"format = {literal(properties.get('format', 'PARQUET').upper())}")
    if definition.transforms:
        items = ", ".join(literal(transform) for transform in definition.transforms)
        options.append(f"partitioning = ARRAY[{items}]")
    options += kept_properties(properties)
    lines = ",\n".join(f"    {option}" for option in options)
    exists = "IF NOT EXISTS " if definition.if_not_exists else ""
    head = f"CREATE TABLE {exists}{definition.table.on_iceberg} (\n{columns}\n){comment}"
    session = compression("iceberg", dict(properties))
    return TrinoSql(f"{head}\nWITH (\n{lines}\n)", "nothing", session)


def _check_iceberg(definition: TableDefinition) -> None:
    """Refuse what Athena fails, the first reason first (order measured on AWS)."""
    for clause in ("CLUSTERED BY", "ROW FORMAT", "STORED AS/BY"):
        if clause in definition.clauses:
            reason = f"Iceberg create table statement does not allow {clause}"
            raise AthenaFailure(reason, ErrorType.NOT_SUPPORTED)
    if definition.partition_keys:
        reason = "Invalid PARTITIONED BY clause in Iceberg create table statement"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    if not definition.columns:
        reason = "At least one column is required for Iceberg create table statement"
        raise AthenaFailure(reason, ErrorType.INVALID_STATEMENT)
    table_properties.check_keys(key for key, _ in definition.properties)
    iceberg_types.check(column.type.on_iceberg for column in definition.columns)
