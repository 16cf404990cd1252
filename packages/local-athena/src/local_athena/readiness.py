"""Whether Trino is ready: only a query that reads a table tells.

Trino answers `/v1/info`, `select 1` and queries over its own schemas seconds before it has a node
for the first query over data (NO_NODES_AVAILABLE).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .trino_client import TrinoClient, TrinoError
from .trino_server import TrinoFailed, TrinoServer

TIME_LIMIT_SECONDS = 240  # 12 on an idle laptop, 40 on a busy one
PAUSE_SECONDS = 0.25
DATABASE, TABLE, KEY = "local_athena_readiness", "probe", "readiness/line"
HADOOP = "org.apache.hadoop"


@contextmanager
def probe_table(s3: Any, glue: Any, bucket: str) -> Iterator[str]:
    """Create a table of one line, give a query that reads it, and remove all of it."""
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"ready\n")
    glue.create_database(DatabaseInput={"Name": DATABASE})
    glue.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": TABLE,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE"},
            "StorageDescriptor": {
                "Columns": [{"Name": "line", "Type": "string"}],
                "Location": f"s3://{bucket}/readiness/",
                "InputFormat": f"{HADOOP}.mapred.TextInputFormat",
                "OutputFormat": f"{HADOOP}.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {"SerializationLibrary": f"{HADOOP}.hive.serde2.lazy.LazySimpleSerDe"},
            },
        },
    )
    try:
        yield f"select line from {DATABASE}.{TABLE}"
    finally:
        glue.delete_table(DatabaseName=DATABASE, Name=TABLE)
        glue.delete_database(Name=DATABASE)
        s3.delete_object(Bucket=bucket, Key=KEY)


def wait_until_ready(
    server: TrinoServer,
    client: TrinoClient,
    query: str,
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
) -> None:
    """Return once the query has an answer.

    Raises TrinoFailed as soon as Trino has ended, or when the time is up.
    """
    deadline = time.monotonic() + time_limit_seconds
    while True:
        server.check_alive()
        try:
            client.execute(query)
            return
        except TrinoError as error:
            if time.monotonic() > deadline:
                waited = f"Trino was not ready within {time_limit_seconds:g} s ({error})"
                raise TrinoFailed(server.tell(waited)) from error
        time.sleep(PAUSE_SECONDS)
