"""The lakehouse on the local Athena, with the interface of the one on DuckDB."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import boto3
import pytest
import run_local_athena
from dbt.cli.main import dbtRunnerResult
from lakehouse import SCHEMAS, Lakehouse, multiset
from local_athena.lifecycle import LocalAthena

NUMBERS = {"bigint": int, "integer": int, "double": float}


class AthenaLakehouse(Lakehouse):
    """A lakehouse that dbt-athena builds on the local Athena; DuckDB's variables are idle."""

    target = "athena"

    def __init__(
        self, folder: Path, environment: pytest.MonkeyPatch, local_athena: LocalAthena
    ) -> None:
        """Take a folder for target and logs; the tables stand in Glue and S3 of local_athena."""
        super().__init__(folder, environment)
        self.variables |= local_athena.environment() | run_local_athena.VARIABLES
        self.landing_number = 0
        self.enter()
        session = boto3.Session()
        self.athena = session.client("athena")
        self.s3 = session.client("s3")

    def dbt(self, *arguments: str, landing: Path | str | None = None) -> dbtRunnerResult:
        """Run a dbt command quietly on a landing folder, which is copied to S3 first."""
        return super().dbt(*arguments, landing=self.upload(landing) if landing else None)

    def upload(self, landing: Path | str) -> str:
        """Copy a landing root as it is, refused layouts too; return its S3 address."""
        bucket, prefix = "stedi-landing", f"root-{self.landing_number}"
        self.landing_number += 1
        for path in sorted(Path(landing).rglob("*")):
            if path.is_file():
                key = f"{prefix}/{path.relative_to(landing).as_posix()}"
                self.s3.upload_file(str(path), bucket, key)
        return f"s3://{bucket}/{prefix}"

    def execute(self, sql: str) -> dict:
        """Run a statement to its end; return its execution. Fails the test if it fails."""
        started = self.athena.start_query_execution(
            QueryString=sql,
            WorkGroup=run_local_athena.VARIABLES["STEDI_WORK_GROUP"],
            ResultConfiguration={
                "OutputLocation": run_local_athena.VARIABLES["STEDI_ATHENA_RESULTS"]
            },
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
        """Return a table's rows as a multiset; dates are text."""
        names = ", ".join(f'"{name}"' for name in columns)
        return multiset(self.query(f"select {names} from {SCHEMAS[table]}.{table}"))

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
    if column["Type"] == "boolean":
        return value == "true"
    return NUMBERS.get(column["Type"], str)(value)
