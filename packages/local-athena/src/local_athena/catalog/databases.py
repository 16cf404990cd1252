"""Steps on databases."""

from botocore.exceptions import ClientError

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import TableName
from ..sql.steps import DropDatabase
from .connections import Connections
from .glue_tables import code_of
from .tables import remove

_DDL_TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."


def drop_database(step: DropDatabase, on: Connections) -> None:
    """Drop a database; what is in it first, if the statement says so."""
    try:
        pages = on.glue.get_paginator("get_tables").paginate(DatabaseName=step.database)
        found = [table for page in pages for table in page["TableList"]]
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        if step.if_exists:
            return
        reason = (
            f"FAILED: SemanticException [Error 10072]: Database does not exist: {step.database}"
        )
        raise AthenaFailure(reason, ErrorType.NOT_FOUND) from error
    if found and not step.cascade:
        cause = f"Database {step.database} is not empty. One or more tables exist."
        raise AthenaFailure(
            f"{_DDL_TASK} InvalidOperationException(message:{cause})", ErrorType.INVALID_ARGUMENT
        )
    for table in found:
        remove(TableName(step.database, table["Name"]), table, on)
    on.glue.delete_database(Name=step.database)
