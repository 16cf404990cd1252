"""Runs a translation: its steps, one after the other, on Trino, Glue and S3."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from .catalog import (
    columns,
    databases,
    failed_writes,
    listings,
    partitions,
    repair,
    tables,
    unload,
    views,
    written_files,
)
from .catalog.connections import Connections, OneCatalogTrino
from .catalog.glue_tables import code_of
from .catalog.show import show
from .language.error_types import ErrorType
from .language.errors import AthenaFailure
from .language.names import literal
from .language.types import parse_trino_type
from .maintenance import optimize, vacuum
from .sql import alter_steps, steps
from .sql.steps import RESULT_FOLDER
from .strictness import iceberg_types
from .trino_client import Column, TrinoClient, TrinoError, TrinoResult

_COUNT = (Column("rows", "bigint"),)


@dataclass(frozen=True)
class Outcome:
    """What a statement gave; `files` are those that it wrote, if Athena keeps a list of them."""

    columns: tuple[Column, ...] = ()
    rows: list[list] = field(default_factory=list)
    update_count: int | None = None
    query_id: str = ""
    files: list[str] | None = None


def run(
    translation: steps.Translation,
    *,
    trino: TrinoClient,
    glue: Any,
    s3: Any,
    result_folder: str,
) -> Outcome:
    """Run a translation and return what it gave.

    A CTAS that names no folder fills `result_folder`.
    Raises TrinoError or AthenaFailure when the execution fails.
    """
    on = Connections(OneCatalogTrino(trino), glue, s3, translation.database, result_folder)
    outcome = Outcome()
    try:
        for step in translation.steps:
            outcome = _RUNNERS[type(step)](step, on) or outcome
        if translation.fills:
            files = written_files.of_table(translation.fills, outcome.query_id, on)
            outcome = replace(outcome, files=files)
    except ClientError as error:
        # What Glue or S3 refuse is a failure of the statement, in their words.
        message = f"{code_of(error)}: {error.response['Error'].get('Message', '')}"
        raise AthenaFailure(message, ErrorType.INVALID_ARGUMENT) from error
    return outcome


def _trino_sql(step: steps.TrinoSql, on: Connections) -> Outcome:
    sql = step.sql
    if step.fills_result_folder:  # it is named before the query
        sql = sql.replace(literal(RESULT_FOLDER), literal(on.result_folder), 1)
    execute = listings.query if step.gives == "rows" else _execute
    try:
        result = execute(sql, dict(step.session), on)
    except TrinoError:
        if step.gives == "count":
            failed_writes.wait_for_writers(on)
        raise
    if step.gives == "nothing":
        return Outcome()
    if step.gives == "count":
        return Outcome(_COUNT, [], result.update_count or 0, result.query_id)
    return Outcome(result.columns, result.rows)


def _execute(sql: str, session: dict[str, str], on: Connections) -> TrinoResult:
    return on.trino.execute(sql, on.database, session)


def _unload(step: steps.Unload, on: Connections) -> Outcome:
    try:
        result = unload.unload(step, on)
    except TrinoError:
        failed_writes.wait_for_writers(on)
        raise
    files = written_files.below(step.location, result.query_id, on)
    return Outcome(_COUNT, [], result.update_count or 0, files=files)


def _glue_call(step: steps.GlueCall, on: Connections) -> None:
    try:
        getattr(on.glue, step.operation)(**step.parameters)
    except ClientError as error:
        if code_of(error) not in step.accepts:
            raise


def _refuse(step: steps.Refuse, _on: Connections) -> None:
    raise step.failure()


def _check_iceberg_types(step: steps.CheckIcebergTypes, on: Connections) -> None:
    described = on.trino.describe_output(step.query, on.database)
    iceberg_types.check(parse_trino_type(column.type) for column in described)


def _repair(step: alter_steps.RepairPartitions, on: Connections) -> Outcome:
    return Outcome(rows=[[line] for line in repair.repair_partitions(step, on)])


def _show(step: steps.Show, on: Connections) -> Outcome:
    columns, rows = show(step, on)
    return Outcome(columns, rows)


_RUNNERS: dict[type[steps.Step], Callable[[Any, Connections], Outcome | None]] = {
    steps.TrinoSql: _trino_sql,
    steps.Unload: _unload,
    steps.GlueCall: _glue_call,
    steps.Refuse: _refuse,
    steps.CheckIcebergTypes: _check_iceberg_types,
    steps.CheckTarget: tables.check_target,
    steps.DropDatabase: databases.drop_database,
    steps.DropTable: tables.drop_table,
    steps.DescribeView: views.describe_view,
    alter_steps.RenameTable: tables.rename_table,
    alter_steps.SetTableProperties: tables.set_table_properties,
    alter_steps.SetLocation: tables.set_location,
    alter_steps.AddColumns: columns.add_columns,
    alter_steps.DropColumn: columns.drop_column,
    alter_steps.ChangeColumn: columns.change_column,
    alter_steps.ReplaceColumns: columns.replace_columns,
    alter_steps.AddPartitions: partitions.add_partitions,
    alter_steps.DropPartitions: partitions.drop_partitions,
    alter_steps.RepairPartitions: _repair,
    steps.Optimize: optimize.optimize,
    steps.Vacuum: vacuum.vacuum,
    steps.Show: _show,
}
