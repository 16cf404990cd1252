"""The numbers that OPTIMIZE and VACUUM go by: a table's properties, else Athena's defaults."""

from dataclasses import dataclass

from ..catalog.connections import Connections
from ..language.names import TableName

TARGET_SIZE = 512 * 1024 * 1024
SMALLEST, LARGEST = 0.75, 1.8  # of the target size


@dataclass(frozen=True)
class TableSettings:
    """AWS, "Create Iceberg tables" and "CREATE TABLE AS": names, meanings, defaults."""

    target_size: int = TARGET_SIZE
    min_size: int = int(TARGET_SIZE * SMALLEST)
    max_size: int = int(TARGET_SIZE * LARGEST)
    data_file_threshold: int = 5
    delete_file_threshold: int = 2
    max_snapshot_age_seconds: int = 432_000
    min_snapshots_to_keep: int = 1
    max_metadata_files_to_keep: int = 100

    @classmethod
    def of(cls, properties: dict[str, str]) -> "TableSettings":
        """Return the settings that properties say."""

        def number(key: str, default: int) -> int:
            return int(properties.get(key, default))

        target = number("write_target_data_file_size_bytes", TARGET_SIZE)
        return cls(
            target,
            number("optimize_rewrite_min_data_file_size_bytes", int(target * SMALLEST)),
            number("optimize_rewrite_max_data_file_size_bytes", int(target * LARGEST)),
            number("optimize_rewrite_data_file_threshold", cls.data_file_threshold),
            number("optimize_rewrite_delete_file_threshold", cls.delete_file_threshold),
            number("vacuum_max_snapshot_age_seconds", cls.max_snapshot_age_seconds),
            number("vacuum_min_snapshots_to_keep", cls.min_snapshots_to_keep),
            number("vacuum_max_metadata_files_to_keep", cls.max_metadata_files_to_keep),
        )


def properties_of(table: TableName, on: Connections) -> dict[str, str]:
    """Return the properties in an Iceberg table's own metadata."""
    return dict(on.iceberg_rows(table, "properties", "key, value"))
