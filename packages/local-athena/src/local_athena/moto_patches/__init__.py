"""What moto needs so that Trino, dbt-athena and Terraform work on it: one file a patch.

Each file says what moto does, what breaks, and what AWS does. moto is changed in place, for the
whole process, and restored by `undo_all`.
"""

from . import (
    bucket_policies,
    build_projects,
    column_statistics,
    glue_calls,
    glue_limits,
    iceberg_columns,
    kept_files,
    object_tracking,
    one_region,
    partitions,
    projected_folders,
    s3_concurrency,
    table_updates,
    text_output,
    unknown_operations,
    unlisted_tables,
    user_defined_functions,
    views,
)

PATCHES = (
    bucket_policies.PATCH,
    build_projects.PATCH,
    column_statistics.PATCH,
    glue_calls.PATCH,
    glue_limits.PATCH,
    iceberg_columns.PATCH,
    kept_files.PATCH,
    object_tracking.PATCH,
    one_region.PATCH,
    partitions.PATCH,
    projected_folders.PATCH,
    s3_concurrency.PATCH,
    table_updates.PATCH,
    text_output.PATCH,
    unknown_operations.PATCH,
    unlisted_tables.PATCH,
    user_defined_functions.PATCH,
    views.PATCH,
)


def apply_all() -> None:
    """Change moto."""
    for patch in PATCHES:
        patch.apply()


def undo_all() -> None:
    """Make moto what it was."""
    for patch in reversed(PATCHES):  # two may have replaced one attribute
        patch.undo()
