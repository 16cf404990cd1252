"""The rows of a result, as GetQueryResults sends them: many of them in a file."""

import json
import tempfile
import threading
from array import array

# Results of up to this size stay in memory. With the number of results that are kept, it bounds
# the memory that finished queries hold.
MAX_BYTES_IN_MEMORY = 128 * 1024

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Rows:
    """Rows that are appended once and read by position, by any number of threads."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115
        self._ends = array("Q", [0])
        self._reading = threading.Lock()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, values: list[str | None]) -> None:
        """Add a row; None is NULL."""
        data = [{} if value is None else {"VarCharValue": value} for value in values]
        text = _encode({"Data": data})
        self._ends.append(self._ends[-1] + self._file.write(text.encode() + b","))

    def json(self, start: int, end: int) -> bytes:
        """Answer the rows from `start` to before `end`, as a JSON array."""
        first, last = self._ends[start], self._ends[end]
        with self._reading:
            self._file.seek(first)
            return b"[" + self._file.read(last - first)[:-1] + b"]"
