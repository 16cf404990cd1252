"""The catalog operations of the Athena API, over Glue."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from .errors import ApiError
from .pages import page
from .work_groups import WorkGroups

CATALOG = "AwsDataCatalog"


class Catalog:
    """The one data catalog there is."""

    def __init__(self, glue: Any, groups: WorkGroups) -> None:
        self._glue = glue
        self._groups = groups

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """Answer the operations by their names."""
        return {
            "GetDataCatalog": self.get_data_catalog,
            "ListDataCatalogs": self.list_data_catalogs,
            "GetDatabase": self.get_database,
            "ListDatabases": self.list_databases,
            "GetTableMetadata": self.get_table_metadata,
            "ListTableMetadata": self.list_table_metadata,
        }

    def get_data_catalog(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe the catalog."""
        self._check(request, "Name")
        return {"DataCatalog": {"Name": CATALOG, "Type": "GLUE", "Parameters": {}}}

    def list_data_catalogs(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the catalog."""
        self._groups.find(request.get("WorkGroup"))
        catalogs = [{"CatalogName": CATALOG, "Type": "GLUE"}]
        return page("DataCatalogsSummary", catalogs, request)

    def get_database(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe a database."""
        self._check(request, "CatalogName")
        found = self._ask(self._glue.get_database, Name=request["DatabaseName"])
        return {"Database": _database(found["Database"])}

    def list_databases(self, request: dict[str, Any]) -> dict[str, Any]:
        """List the databases."""
        self._check(request, "CatalogName")
        found = self._ask(self._all("get_databases"))["DatabaseList"]
        return page("DatabaseList", [_database(one) for one in found], request)

    def get_table_metadata(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe a table."""
        self._check(request, "CatalogName")
        found = self._ask(
            self._glue.get_table, DatabaseName=request["DatabaseName"], Name=request["TableName"]
        )
        return {"TableMetadata": _table(found["Table"])}

    def list_table_metadata(self, request: dict[str, Any]) -> dict[str, Any]:
        """Describe the tables of a database whose names match."""
        self._check(request, "CatalogName")
        found = self._ask(
            self._all("get_tables"),
            DatabaseName=request["DatabaseName"],
            Expression=request.get("Expression") or ".*",
        )
        tables = [_table(table) for table in found["TableList"]]
        return page("TableMetadataList", tables, request)

    def _check(self, request: dict[str, Any], member: str) -> None:
        self._groups.find(request.get("WorkGroup"))
        catalog = request[member]
        if catalog.lower() != CATALOG.lower():
            raise ApiError(f"Catalog {catalog} does not exist", "DATACATALOG_NOT_FOUND")

    def _all(self, operation: str) -> Callable[..., dict[str, Any]]:
        """Answer a function that calls one of Glue's operations for all of its pages."""
        pages = self._glue.get_paginator(operation)
        return lambda **parameters: pages.paginate(**parameters).build_full_result()

    def _ask(self, operation: Callable[..., dict[str, Any]], **parameters: Any) -> dict[str, Any]:
        try:
            return operation(**parameters)
        except ClientError as error:
            problem = error.response["Error"]
            raise ApiError(
                f"{problem['Message']} (Service: AmazonDataCatalog; Status Code: 400; "
                f"Error Code: {problem['Code']})",
                None,
                "MetadataException",
            ) from error


def _database(database: dict[str, Any]) -> dict[str, Any]:
    return _given(database, "Name", "Description", "Parameters")


def _table(table: dict[str, Any]) -> dict[str, Any]:
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    own = {
        "inputformat": storage.get("InputFormat"),
        "outputformat": storage.get("OutputFormat"),
        "location": storage.get("Location"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{k}": v for k, v in (serde.get("Parameters") or {}).items()},
    }
    return {
        **_given(table, "Name", "TableType"),
        "CreateTime": table["CreateTime"].timestamp(),
        "Columns": [_column(column) for column in storage.get("Columns") or []],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys") or []],
        "Parameters": {
            **(table.get("Parameters") or {}),
            **{name: value for name, value in own.items() if value is not None},
        },
    }


def _column(column: dict[str, Any]) -> dict[str, Any]:
    return _given(column, "Name", "Type", "Comment")


def _given(source: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: source[name] for name in names if source.get(name) is not None}
