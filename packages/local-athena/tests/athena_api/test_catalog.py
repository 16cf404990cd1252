"""The catalog as the Athena API tells it."""

from __future__ import annotations

import pytest

from ..endpoint_process import error


@pytest.fixture(scope="module")
def tables(endpoint):
    glue = endpoint.client("glue")
    glue.create_database(DatabaseInput={"Name": "described", "Description": "What it is"})
    for name in ("one", "two"):
        glue.create_table(
            DatabaseName="described",
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"comment": "A table"},
                "PartitionKeys": [{"Name": "day", "Type": "date"}],
                "StorageDescriptor": {
                    "Columns": [{"Name": "a", "Type": "int", "Comment": "An a"}],
                    "Location": "s3://lake/one",
                    "InputFormat": "in",
                    "OutputFormat": "out",
                    "SerdeInfo": {"SerializationLibrary": "lib", "Parameters": {"x": "y"}},
                },
            },
        )


def test_the_catalog_is_glue(athena, tables) -> None:
    catalog = {"CatalogName": "AwsDataCatalog"}
    assert athena.get_data_catalog(Name="awsdatacatalog")["DataCatalog"]["Type"] == "GLUE"
    assert athena.list_data_catalogs()["DataCatalogsSummary"] == [{**catalog, "Type": "GLUE"}]
    database = {"Name": "described", "Description": "What it is"}
    assert athena.get_database(**catalog, DatabaseName="described")["Database"] == database
    assert database in athena.list_databases(**catalog)["DatabaseList"]
    of_database = {**catalog, "DatabaseName": "described"}
    table = athena.get_table_metadata(**of_database, TableName="one")["TableMetadata"]
    assert table.pop("CreateTime")
    assert table == {
        "Name": "one",
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": "a", "Type": "int", "Comment": "An a"}],
        "PartitionKeys": [{"Name": "day", "Type": "date"}],
        "Parameters": {
            "comment": "A table",
            "inputformat": "in",
            "outputformat": "out",
            "location": "s3://lake/one",
            "serde.serialization.lib": "lib",
            "serde.param.x": "y",
        },
    }
    listed = athena.list_table_metadata(**of_database)["TableMetadataList"]
    listed_names = [entry["Name"] for entry in listed]
    assert listed_names == ["one", "two"]
    listed = athena.list_table_metadata(**of_database, Expression="t.*")["TableMetadataList"]
    assert [entry["Name"] for entry in listed] == ["two"]
    first = athena.list_table_metadata(**of_database, MaxResults=1)
    rest = athena.list_table_metadata(**of_database, NextToken=first["NextToken"])
    assert [
        e["Name"] for e in first["TableMetadataList"] + rest["TableMetadataList"]
    ] == listed_names
    assert "not found" in error(athena.list_databases, **catalog, WorkGroup="missing")[1]


def test_what_is_not_in_the_catalog_is_not_found(athena, tables) -> None:
    missing = {"CatalogName": "AwsDataCatalog", "DatabaseName": "described", "TableName": "nix"}
    with pytest.raises(athena.exceptions.MetadataException, match="EntityNotFoundException"):
        athena.get_table_metadata(**missing)
    assert error(athena.get_data_catalog, Name="other")[0] == "DATACATALOG_NOT_FOUND"
