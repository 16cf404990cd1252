"""Statements of Athena's SQL run on a local Athena, below its API: translated and executed."""

from __future__ import annotations

import io
from pathlib import Path

import boto3
import duckdb
from local_athena import executor
from local_athena.executor import Outcome
from local_athena.sql.translate import translate
from local_athena.trino_client import TrinoClient

BUCKET = "sql-session"


class SqlSession:
    """A database of its own, the clients that its statements use, and a bucket."""

    def __init__(self, local_athena, database: str) -> None:
        settings = local_athena.environment()
        options = {
            "endpoint_url": settings["AWS_ENDPOINT_URL"],
            "region_name": "us-east-1",
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        self.glue = boto3.Session().client("glue", **options)
        self.s3 = boto3.Session().client("s3", **options)
        self.trino = TrinoClient(local_athena.trino_port)
        self.database = database
        self.s3.create_bucket(Bucket=BUCKET)
        self.run(f"create schema if not exists {database}")

    def run(self, statement: str) -> Outcome:
        """Run a statement of Athena in the database."""
        translation = translate(statement, self.database)
        return executor.run(
            translation,
            trino=self.trino,
            glue=self.glue,
            s3=self.s3,
            result_folder="s3://nobody-writes-there/",
        )

    def rows(self, query: str) -> list[list]:
        """The rows of a statement."""
        return self.run(query).rows

    def lines(self, statement: str) -> list[str]:
        """The rows of a SHOW or DESCRIBE as lines, as Athena's clients see them."""
        return ["\t".join(row) for row in self.rows(statement)]

    def location(self, table: str) -> str:
        """Where the files of a table go."""
        return f"s3://{BUCKET}/{self.database}/{table}"

    def make(self, table: str, query: str, **properties: object) -> None:
        """Make an Iceberg table of a query's rows."""
        given = "".join(f", {key}={value}" for key, value in properties.items())
        self.run(
            f"create table {table} with (table_type='iceberg', is_external=false,"
            f" location='{self.location(table)}'{given}) as {query}"
        )

    def put(self, folder: str, name: str, body: str) -> None:
        """Write a file below the location of a table."""
        self.s3.put_object(
            Bucket=BUCKET, Key=f"{self.database}/{folder}/{name}", Body=body.encode()
        )

    def glue_table(self, table: str) -> dict:
        """A table as Glue has it."""
        return self.glue.get_table(DatabaseName=self.database, Name=table)["Table"]

    def objects(self, table: str) -> set[str]:
        """The keys below the location of a table."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"{self.database}/{table}/"
        )
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def in_parquet_files(self, table: str, value: str, folder: Path) -> bool:
        """Whether any Parquet file below the location of a table still holds a text."""
        for number, key in enumerate(sorted(self.objects(table))):
            if not key.endswith(".parquet"):
                continue
            copy = folder / f"{number}.parquet"
            body = io.BytesIO()
            self.s3.download_fileobj(BUCKET, key, body)
            copy.write_bytes(body.getvalue())
            with duckdb.connect() as connection:
                found = connection.execute("from read_parquet(?)", [str(copy)]).fetchall()
            if any(value in str(row) for row in found):
                return True
        return False
