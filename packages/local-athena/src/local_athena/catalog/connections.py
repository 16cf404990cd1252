"""What a running statement talks to."""

from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from ..language.names import TableName
from ..trino_client import Column, TrinoClient, TrinoError, TrinoResult


class OneCatalogTrino:
    """A Trino client whose errors speak of the only catalog that Athena's users know."""

    def __init__(self, client: TrinoClient) -> None:
        self._client = client

    def execute(
        self, sql: str, schema: str | None = None, session: dict[str, str] | None = None
    ) -> TrinoResult:
        """Run a statement."""
        try:
            return self._client.execute(sql, schema=schema, session_properties=session)
        except TrinoError as error:
            message = error.message.replace("'iceberg.", "'awsdatacatalog.")
            raise TrinoError(error.name, message, error.kind) from error

    def describe_output(self, sql: str, schema: str | None = None) -> tuple[Column, ...]:
        """Return the columns of a query without running it."""
        return self._client.describe_output(sql, schema=schema)

    def clean_up(self, sql: str) -> None:
        """Run a statement even after the end of the others, and whether or not it works."""
        with closing(self._client.another()) as client, suppress(TrinoError):
            client.execute(sql)


@dataclass(frozen=True)
class Connections:
    """Trino, and Glue and S3 as boto3 clients; the other two are the statement's context."""

    trino: OneCatalogTrino
    glue: Any
    s3: Any
    database: str
    result_folder: str = ""

    def iceberg_rows(self, table: TableName, metadata_table: str, columns: str) -> list[list]:
        """Return rows of one of the tables that Iceberg keeps about a table."""
        sql = f"SELECT {columns} FROM {table.metadata_table(metadata_table)}"
        return self.trino.execute(sql).rows
