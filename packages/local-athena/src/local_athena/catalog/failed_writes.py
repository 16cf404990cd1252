"""The end of a write that failed: Trino says that it has failed before its writers have ended.

What they have written stays (moto_patches/kept_files.py), and comes late: whoever clears a folder
after the failure would find new files in it.
"""

import time

from .connections import Connections

_LONGEST_SECONDS = 60
_STILL_WRITING = (
    "SELECT 1 FROM system.runtime.tasks AS task JOIN system.runtime.queries AS query"
    " ON task.query_id = query.query_id WHERE query.state = 'FAILED'"
    " AND task.state NOT IN ('FINISHED', 'CANCELED', 'ABORTED', 'FAILED')"
)


def wait_for_writers(on: Connections) -> None:
    """Wait until no failed statement writes any more."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while on.trino.execute(_STILL_WRITING).rows and time.monotonic() < deadline:
        time.sleep(0.1)
