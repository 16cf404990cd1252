"""The published tables by hand in DuckDB, without dbt: what a script of an hour would do.

usage: by_hand.py LANDING      read each typed line once, keep nothing
       by_hand.py LANDING OUT  the five tables as Parquet
Prints one line of JSON: seconds, and rows by table.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import published


def main(landing: str, out: str = "") -> None:
    """Do one of both and print what it took."""
    connection = duckdb.connect()
    for feed, text in published.FEEDS.items():
        columns = dict(column.split() for column in text.split(", "))
        connection.read_json(
            f"{landing}/{feed}/landing/*.json", format="newline_delimited", columns=columns
        ).create_view(feed)
    start = time.monotonic()
    rows = {}
    if out:
        Path(out).mkdir()
        for table, query in published.TABLES.items():
            file = f"{out}/{table}.parquet"
            written = connection.execute(f"copy ({query}) to '{file}' (compression zstd)")
            (rows[table],) = written.fetchone()
            connection.read_parquet(file).create_view(table)
    else:
        for feed in published.FEEDS:
            # It reads each column to its last value; count alone would skip them.
            connection.execute(f"select max(columns(*)) from {feed}").fetchall()
    seconds = time.monotonic() - start
    print(json.dumps({"node_s": seconds, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
