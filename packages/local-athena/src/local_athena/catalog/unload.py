"""UNLOAD: a table in a catalog of its own, which nobody sees, for as long as Trino writes."""

import uuid

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import literal, quoted
from ..language.types import parse_trino_type
from ..s3_locations import bucket_and_key
from ..sql.steps import Unload
from ..trino_client import TrinoResult
from .connections import Connections

_SCHEMA = "unload.files"


def unload(step: Unload, on: Connections) -> TrinoResult:
    """Write the files. Only partitions may be written to a location that holds something."""
    if not step.is_partitioned:
        _check_empty(step.location, on)
    described = on.trino.describe_output(step.query, on.database)
    columns = ", ".join(f"{quoted(c.name)} {parse_trino_type(c.type)}" for c in described)
    options = f"external_location = {literal(step.location)}, {step.options}"
    table = f"{_SCHEMA}.rows_{uuid.uuid4().hex}"  # Avro wants a letter first
    on.trino.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
    try:
        on.trino.execute(f"CREATE TABLE {table} ({columns}) WITH ({options})")
        insert = f"INSERT INTO {table}\n{step.query}"
        return on.trino.execute(insert, on.database, dict(step.session))
    finally:
        on.trino.clean_up(f"DROP TABLE IF EXISTS {table}")


def _check_empty(location: str, on: Connections) -> None:
    bucket, prefix = bucket_and_key(location)
    if on.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)["KeyCount"]:
        reason = f"HIVE_PATH_ALREADY_EXISTS: Target directory for UNLOAD already exists: {location}"
        raise AthenaFailure(reason, ErrorType.ALREADY_EXISTS)
