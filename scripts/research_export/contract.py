"""What goes out: every table, column and type is named here, and nothing else is exported.

That the models have these columns and no other is a test; a column that a model gets does not go
out before somebody has added it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# captured_at has no time zone in the tables; in the files it is a moment in UTC.
_PAIR_COLUMNS = {
    "device_key": "varchar",
    "captured_at": "timestamptz",
    "distancefromobject": "integer",
    "vector_number": "integer",
    "subject_key": "varchar",
    "x": "double",
    "y": "double",
    "z": "double",
    "split": "varchar",
}
_READING_COLUMNS = {
    "device_key": "varchar",
    "captured_at": "timestamptz",
    "distancefromobject": "integer",
    "subject_key": "varchar",
    "vector_count": "integer",
    "mean_x": "double",
    "mean_y": "double",
    "mean_z": "double",
    "mean_norm": "double",
    "min_norm": "double",
    "max_norm": "double",
    "split": "varchar",
}
# Engines, and builds of one engine, differ in the last bit of what they have summed up.
ROUNDED = ("mean_x", "mean_y", "mean_z", "mean_norm", "min_norm", "max_norm")
DECIMALS = 9
_FINGERPRINT_COLUMNS = {
    "row_count": "bigint",
    "subject_count": "bigint",
    "first_captured_at": "timestamptz",
    "last_captured_at": "timestamptz",
    "content_sha256": "varchar",
    "publishable_row_count": "bigint",
    "publishable_sha256": "varchar",
    "code_version": "varchar",
    "landing_lines": "bigint",
    "landing_files": "bigint",
}


@dataclass(frozen=True)
class ExportedTable:
    """A table of the research zone: its columns with the types of the files, its key."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.parquet"


_PAIR_KEY = ("device_key", "captured_at", "distancefromobject", "vector_number")
PAIRS = ExportedTable("reading_pairs", _PAIR_COLUMNS, _PAIR_KEY)
READINGS = ExportedTable("readings", _READING_COLUMNS, _PAIR_KEY[:3])
PUBLISHABLE = ExportedTable("publishable_reading_pairs", _PAIR_COLUMNS, _PAIR_KEY)
FINGERPRINT = ExportedTable("dataset_fingerprint", _FINGERPRINT_COLUMNS, ())

TABLES = (PAIRS, READINGS, PUBLISHABLE)
FINGERPRINT_FILE = "fingerprint.json"
CARD_FILE = "data_card.md"
EVERY_FILE = (*(table.file for table in TABLES), FINGERPRINT_FILE, CARD_FILE)
