"""OPTIMIZE … REWRITE DATA USING BIN_PACK.

Trino rewrites every file that has deletes, Athena only some (AWS, "OPTIMIZE" and "Create Iceberg
tables"): a data file to which at least `optimize_rewrite_delete_file_threshold` delete files apply,
and data files whose size is outside the wanted range once there are at least
`optimize_rewrite_data_file_threshold` of them. What Athena leaves alone is left alone here, so that
an erasure which would not reach the rows there does not reach them here either.

Files are counted within their partition, since files of different ones are never packed together
(so does Iceberg's own planner); AWS does not say. Everything is done in one run, whatever its size:
ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED is not emulated.
"""

from collections import defaultdict
from collections.abc import Iterable

from ..catalog import glue_tables
from ..catalog.connections import Connections
from ..catalog.partitioning import partition_fields
from ..language.names import TableName, literal
from ..sql.steps import Optimize
from ..strictness import optimize_predicate
from ..trino_client import TrinoError
from .data_files import DataFile, data_files
from .table_settings import TableSettings, properties_of

_ANY_SIZE = "1PB"


def optimize(step: Optimize, on: Connections) -> None:
    """Rewrite the files that Athena would rewrite."""
    found = glue_tables.get_iceberg(on.glue, step.table, "OPTIMIZE")
    if step.predicate is not None:
        columns = [column["Name"] for column in glue_tables.columns(found)]
        partitioned_by = [field.column for field in partition_fields(step.table, on)]
        optimize_predicate.check(step.predicate, columns, partitioned_by)
        # Trino looks at it only where there is something to rewrite.
        on.trino.describe_output(
            f"SELECT 1 FROM {step.table.on_iceberg} WHERE {step.predicate}", on.database
        )
    settings = TableSettings.of(properties_of(step.table, on))
    files = data_files(step.table, on)
    chosen = files_to_rewrite(files, settings)
    if not chosen:
        return
    predicates = [] if step.predicate is None else [f"({step.predicate})"]
    size = size_that_selects(chosen, files)
    if size is None:
        predicates.append(_paths(file.path for file in chosen))
    session = {"iceberg.target_max_file_size": f"{settings.target_size}B"}
    try:
        sql = _statement(step.table, predicates, _ANY_SIZE if size is None else f"{size}B")
        on.trino.execute(sql, on.database, session)
    except TrinoError as error:
        if step.predicate is None or "Unexpected FilterNode" not in str(error):
            raise
        _rewrite_files_with_matching_rows(step, chosen, session, on)


def files_to_rewrite(files: list[DataFile], settings: TableSettings) -> list[DataFile]:
    """Return the files that reach one of the two thresholds."""
    misfits = defaultdict(list)
    for file in files:
        if not settings.min_size <= file.size <= settings.max_size:
            misfits[file.partition].append(file)
    chosen = {file for file in files if file.deletes >= settings.delete_file_threshold}
    for group in misfits.values():
        if len(group) >= settings.data_file_threshold:
            chosen.update(group)
    return [file for file in files if file in chosen]


def size_that_selects(chosen: list[DataFile], files: list[DataFile]) -> int | None:
    """Return the size below which Trino rewrites just these files, or None if there is none.

    Trino takes the smaller files and all that have deletes. Selected so and not by their names,
    they take the delete files with them; else those stay, though no file needs them any more.
    """
    size = max((file.size + 1 for file in chosen if not file.deletes), default=0)
    selected = [file for file in files if file.deletes or file.size < size]
    return size if selected == chosen else None


def _rewrite_files_with_matching_rows(
    step: Optimize, chosen: list[DataFile], session: dict[str, str], on: Connections
) -> None:
    """Rewrite under a predicate that cuts partitions in two, which Trino does not plan.

    "If any row in the file matches the predicate, the file is selected for optimization" (AWS).
    """
    rows = on.trino.execute(
        f'SELECT DISTINCT "$path" FROM {step.table.on_iceberg} WHERE {step.predicate}', on.database
    ).rows
    matching = {path for (path,) in rows}
    if paths := [file.path for file in chosen if file.path in matching]:
        sql = _statement(step.table, [_paths(paths)], _ANY_SIZE)
        on.trino.execute(sql, on.database, session)


def _statement(table: TableName, predicates: list[str], size: str) -> str:
    where = f" WHERE {' AND '.join(predicates)}" if predicates else ""
    procedure = f"optimize(file_size_threshold => '{size}')"
    return f"ALTER TABLE {table.on_iceberg} EXECUTE {procedure}{where}"


def _paths(paths: Iterable[str]) -> str:
    return f'"$path" IN ({", ".join(literal(path) for path in paths)})'
