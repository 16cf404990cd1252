"""The lakehouse on the local Athena, with the interface of the one on DuckDB."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import boto3
import pytest
from dbt.cli.main import dbtRunnerResult
from local_athena import settings
from local_athena.lifecycle import LocalAthena

from tests.support.lakehouse import PEPPER, PROJECT, Lakehouse, multiset, rounded, schema_of

# The buckets of the local Athena and the variables that lead the project to them.
SETTINGS = settings.read(PROJECT / "local_athena.toml")
BUCKETS, VARIABLES = SETTINGS.buckets, SETTINGS.variables

LANDING = VARIABLES["STEDI_LANDING"]

VALUES = {
    "bigint": int,
    "integer": int,
    "double": float,
    "timestamp": datetime.fromisoformat,
    "boolean": "true".__eq__,
}


class AthenaLakehouse(Lakehouse):
    """A lakehouse that dbt-athena builds on the local Athena; DuckDB's variables are idle."""

    target = "athena"

    def __init__(
        self, folder: Path, environment: pytest.MonkeyPatch, local_athena: LocalAthena
    ) -> None:
        """Take a folder for target and logs; the tables are in Glue and S3 of local_athena."""
        super().__init__(folder, environment)
        self.variables |= local_athena.environment() | VARIABLES
        self.enter()
        session = boto3.Session()
        self.athena = session.client("athena")
        self.s3 = session.client("s3")
        self.put_pepper(PEPPER)

    def put_pepper(self, line: str) -> None:
        """Put a pepper in the place of the one that was there."""
        bucket, _, prefix = VARIABLES["STEDI_SECRET"].removeprefix("s3://").partition("/")
        self.s3.put_object(Bucket=bucket, Key=f"{prefix}/pepper", Body=line.encode() + b"\n")

    def dbt(
        self, *arguments: str, landing: Path | str | None = None, root: str = LANDING, **how: object
    ) -> dbtRunnerResult:
        """Run a dbt command quietly on a landing folder, which is copied to S3 first.

        As a rule to one place: dbt parses anew where a variable has changed.
        """
        place = self.upload(landing, root) if landing else None
        return super().dbt(*arguments, landing=place, **how)

    def opened(self) -> AbstractContextManager:
        """Nothing needs to be kept open."""
        return nullcontext()

    def upload(self, landing: Path | str, root: str = LANDING) -> str:
        """Put a landing folder in the place of what was there; return its S3 address.

        Its files are as they are; each folder gets an object of its own, as consoles make them.
        """
        bucket, _, prefix = root.removeprefix("s3://").partition("/")
        boto3.Session().resource("s3").Bucket(bucket).objects.filter(Prefix=f"{prefix}/").delete()
        for path in sorted(Path(landing).rglob("*")):
            key = f"{prefix}/{path.relative_to(landing).as_posix()}"
            if path.is_file():
                self.s3.upload_file(str(path), bucket, key)
            else:
                self.s3.put_object(Bucket=bucket, Key=f"{key}/")
        return root

    def execute(self, sql: str) -> dict:
        """Run a statement to its end; return its execution. Fails the test if it fails."""
        started = self.athena.start_query_execution(
            QueryString=sql,
            WorkGroup=VARIABLES["STEDI_WORK_GROUP"],
            ResultConfiguration={"OutputLocation": VARIABLES["STEDI_ATHENA_RESULTS"]},
        )
        while True:
            execution = self.athena.get_query_execution(**only_id(started))["QueryExecution"]
            state = execution["Status"]["State"]
            if state == "SUCCEEDED":
                return execution
            assert state in ("QUEUED", "RUNNING"), execution["Status"]
            time.sleep(0.05)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query, typed as DuckDB gives them; dates are text."""
        execution = self.execute(sql)
        pages = self.athena.get_paginator("get_query_results").paginate(**only_id(execution))
        rows = []
        for page in pages:
            columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            rows += [tuple(map(typed, columns, row["Data"])) for row in page["ResultSet"]["Rows"]]
        return rows[1:]  # the first row holds the names of the columns

    def rows(self, table: str, columns: tuple[str, ...]) -> Counter[tuple]:
        """Return a table's rows as a multiset; dates are text, derived doubles are rounded."""
        names = ", ".join(f'"{name}"' for name in columns)
        rows = self.query(f"select {names} from {schema_of(table)}.{table}")
        return multiset(rounded(columns, rows))

    def download(self, sql: str, file: Path) -> None:
        """Write the result of a query, as Athena leaves it on S3, to a CSV file."""
        location = self.execute(sql)["ResultConfiguration"]["OutputLocation"]
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self.s3.download_file(bucket, key, str(file))


def only_id(execution: dict) -> dict[str, str]:
    return {"QueryExecutionId": execution["QueryExecutionId"]}


def typed(column: dict, cell: dict) -> object:
    """The value of a cell; Athena hands everything over as text, NULL as no value."""
    value = cell.get("VarCharValue")
    if value is None or value == column["Name"]:
        return value
    return VALUES.get(column["Type"], str)(value)
