"""Builds this project three times on an Athena, and counts what Athena would bill.

usage: on_athena.py FOLDER TARGET   the folder of a size, dbt's target folder; local-athena exec
                                    sets the variables that lead to Athena
Cold on the data by arrival, again, and with the day that comes later. Prints one line of JSON:
by contender seconds, queries, bytes scanned and billed. Bytes are Trino's count. Athena bills by
the rules of scripts/stedi/prices.py: DDL that scans nothing and failed queries are free.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from stedi import prices
from stedi.command import PROJECT

import boto3

from .contenders import ON_ATHENA, read_results

BATCH = 50  # executions that Athena describes at once


def new_executions(client: object, known: set[str]) -> list[dict]:
    """Return the executions that are not known yet, and add them."""
    pages = client.get_paginator("list_query_executions").paginate()
    ids = [one for page in pages for one in page["QueryExecutionIds"] if one not in known]
    known.update(ids)
    found = []
    for start in range(0, len(ids), BATCH):
        batch = client.batch_get_query_execution(QueryExecutionIds=ids[start : start + BATCH])
        found += batch["QueryExecutions"]
    return found


def billed_bytes(execution: dict) -> int:
    """Return the bytes that Athena bills for a query."""
    if execution["Status"]["State"] == "FAILED":
        return 0
    scanned = execution["Statistics"].get("DataScannedInBytes", 0)
    kinds = (execution.get("StatementType"), execution.get("SubstatementType"))
    return prices.billed_bytes(scanned, *kinds)


def count(executions: list[dict]) -> dict[str, int]:
    """Sum up executions."""
    return {
        "queries": len(executions),
        "scanned_bytes": sum(e["Statistics"].get("DataScannedInBytes", 0) for e in executions),
        "billed_bytes": sum(map(billed_bytes, executions)),
    }


def run(*command: str) -> None:
    """Run a Python command of the project; its output is no result of ours."""
    subprocess.run([sys.executable, *command], cwd=PROJECT, check=True, stdout=sys.stderr)


def upload(root: Path) -> None:
    """Put a landing root in place."""
    run("scripts/upload_landing.py", str(root), os.environ["STEDI_LANDING"])


def main(folder: Path, target: Path) -> None:
    """Build and count; raises CalledProcessError where a step fails."""
    bucket, _, prefix = os.environ["STEDI_SECRET"].removeprefix("s3://").partition("/")
    pepper = str(target.parent / "secret" / "pepper")
    boto3.client("s3").upload_file(pepper, bucket, f"{prefix}/pepper")
    upload(folder / "arrival")
    client, known, figures = boto3.client("athena"), set(), {}
    new_executions(client, known)
    for name in ON_ATHENA:
        if name == "athena_new":
            upload(folder / "new")
        start = time.monotonic()
        run("-m", "dbt.cli.main", "build", "--target", "athena")
        took = {"wall_s": time.monotonic() - start, "node_s": read_results(target)["node_s"]}
        figures[name] = took | count(new_executions(client, known))
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
