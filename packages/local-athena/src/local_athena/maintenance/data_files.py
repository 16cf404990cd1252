"""The data files of an Iceberg table, and how many delete files apply to each."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..catalog.connections import Connections
from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import TableName
from ..s3_locations import bucket_and_key

_DATA, _POSITION_DELETES = 0, 1


@dataclass(frozen=True)
class DataFile:
    """A file of rows; `deletes` counts the delete files that name rows of it."""

    path: str
    size: int
    partition: str
    deletes: int


def data_files(table: TableName, on: Connections) -> list[DataFile]:
    """Return the data files of the current snapshot."""
    result = on.trino.execute(f"SELECT * FROM {table.metadata_table('files')}")
    names = [column.name for column in result.columns]
    files = [dict(zip(names, row, strict=True)) for row in result.rows]
    deletes = [file for file in files if file["content"] == _POSITION_DELETES]
    applying = _applying(deletes, on)
    return [
        DataFile(
            file["file_path"],
            file["file_size_in_bytes"],
            f"{file['spec_id']} {file.get('partition')}",
            applying[file["file_path"]],
        )
        for file in files
        if file["content"] == _DATA
    ]


def _applying(delete_files: list[dict], on: Connections) -> Counter[str]:
    """Return how many delete files name rows of a data file, for each data file.

    Trino's metadata tables do not tell which data files a delete file is about; its rows do: each
    is a data file's address and the number of a deleted row.
    """
    if not delete_files:
        return Counter()
    if any(file["file_format"] != "PARQUET" for file in delete_files):
        reason = "NOT_SUPPORTED: the local OPTIMIZE counts the delete files of PARQUET tables only"
        raise AthenaFailure(reason, ErrorType.NOT_SUPPORTED)
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for number, file in enumerate(delete_files):
            bucket, key = bucket_and_key(file["file_path"])
            copies.append(Path(folder, f"{number}.parquet"))
            copies[-1].write_bytes(on.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        with duckdb.connect() as connection:
            pairs = connection.execute(
                "select distinct filename, file_path from read_parquet(?, filename = true)",
                [[str(copy) for copy in copies]],
            ).fetchall()
    return Counter(data_file for _, data_file in pairs)
