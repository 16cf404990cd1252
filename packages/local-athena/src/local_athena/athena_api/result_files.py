"""The files of a result in S3: their names, and the text of the one with the rows."""

import tempfile
from typing import Any

from ..s3_locations import bucket_and_key

# Statements that answer a number of rows and no rows.
COUNTED = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "CREATE_TABLE_AS_SELECT", "UNLOAD"})
# Statements that answer a table; all others answer lines of text.
TABULAR = frozenset({"SELECT", "SHOW_FUNCTIONS"})

_NAMES = {
    **dict.fromkeys(TABULAR | {"UPDATE", "DELETE", "MERGE"}, "{id}.csv"),
    **dict.fromkeys(("INSERT", "UNLOAD"), "{id}"),
    "CREATE_TABLE_AS_SELECT": "tables/{id}",
}
_MAX_BYTES_IN_MEMORY = 1024 * 1024


def location(folder: str, execution_id: str, substatement: str) -> str:
    """Answer where Athena says that the result is, though it writes no file for some."""
    name = _NAMES.get(substatement, "{id}.txt").format(id=execution_id)
    return f"{folder.rstrip('/')}/{name}"


def manifest_location(location: str) -> str:
    """Answer where the list of the files is that a statement wrote."""
    return f"{location}-manifest.csv"


def put(s3: Any, location: str, body: Any, options: dict[str, str]) -> None:
    """Write a file with options of PutObject."""
    bucket, key = bucket_and_key(location)
    kind = "application/octet-stream"
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, **options)


class ResultFile:
    """The file of one result, written row by row and then uploaded."""

    def __init__(self, substatement: str) -> None:
        self._tabular = substatement in TABULAR
        self._separator = ""
        self._file = tempfile.SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115

    def append(self, values: list[str | None]) -> None:
        """Add a row: every value in quotes, but for NULL; or a line."""
        if self._tabular:
            line = ",".join("" if v is None else '"' + v.replace('"', '""') + '"' for v in values)
            self._file.write(f"{line}\n".encode())
        else:
            self._file.write(f"{self._separator}{values[0]}".encode())
            self._separator = "\n"  # between the lines, and not after the last one

    def upload(self, s3: Any, location: str, options: dict[str, str]) -> None:
        """Put the file at its place and forget it."""
        self._file.seek(0)
        put(s3, location, self._file, options)
        self._file.close()
