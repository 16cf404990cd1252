"""The published tables by hand in DuckDB, without dbt: what a script of an hour would do.

usage: by_hand.py scan LANDING      read each typed line once, keep nothing
       by_hand.py tables LANDING OUT  the five tables as Parquet
Prints one line of JSON: seconds, and rows by table.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

FEEDS = {
    "customer": {
        "customerName": "varchar",
        "email": "varchar",
        "phone": "varchar",
        "birthDay": "varchar",
        "serialNumber": "varchar",
        "registrationDate": "bigint",
        "lastUpdateDate": "bigint",
        "shareWithResearchAsOfDate": "bigint",
        "shareWithPublicAsOfDate": "bigint",
        "shareWithFriendsAsOfDate": "bigint",
    },
    "accelerometer": {
        "user": "varchar",
        "timestamp": "bigint",
        "x": "double",
        "y": "double",
        "z": "double",
    },
    "step_trainer": {
        "sensorReadingTime": "bigint",
        "serialNumber": "varchar",
        "distanceFromObject": "bigint",
    },
}
TABLES = {
    "customer_trusted": "from customer where shareWithResearchAsOfDate > 0",
    "accelerometer_trusted": """
        from accelerometer where "user" in (select email from customer_trusted)""",
    "customers_curated": """
        from customer_trusted where email in (select "user" from accelerometer_trusted)""",
    "step_trainer_trusted": """
        from step_trainer where serialNumber in (select serialNumber from customers_curated)""",
    "machine_learning_curated": """
        select steps.*, phone.* from step_trainer_trusted as steps
        inner join accelerometer_trusted as phone on phone."timestamp" = steps.sensorReadingTime""",
}


def connect(landing: str) -> duckdb.DuckDBPyConnection:
    """Return a connection in which each feed is a view that parses its files when it is read."""
    connection = duckdb.connect()
    for feed, columns in FEEDS.items():
        files = f"{landing}/{feed}/landing/*.json".replace("'", "''")
        connection.execute(
            f"create view {feed} as from read_json('{files}', format = 'newline_delimited', "
            f"columns = {columns})"
        )
    return connection


def scan(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Read every column of every line; return the lines of each feed."""
    counts = {}
    for feed, columns in FEEDS.items():
        # max reads a column to its last value; count alone would skip it.
        values = ", ".join(f'max("{column}")' for column in columns)
        (counts[feed], *_) = connection.execute(f"select count(*), {values} from {feed}").fetchone()
    return counts


def write_tables(connection: duckdb.DuckDBPyConnection, out: Path) -> dict[str, int]:
    """Write the five tables, each from the files of those before it; return their rows."""
    counts = {}
    out.mkdir(parents=True)
    for table, query in TABLES.items():
        file = str(out / f"{table}.parquet").replace("'", "''")
        written = connection.execute(f"copy ({query}) to '{file}' (compression zstd)").fetchone()
        connection.execute(f"create view {table} as from read_parquet('{file}')")
        (counts[table],) = written
    return counts


def main(task: str, landing: str, out: str = "") -> None:
    """Do a task and print what it took."""
    connection = connect(landing)
    start = time.monotonic()
    counts = scan(connection) if task == "scan" else write_tables(connection, Path(out))
    print(json.dumps({"node_s": time.monotonic() - start, "rows": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
