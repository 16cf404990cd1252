"""Glue refuses what AWS refuses: too many, too long, of characters that it does not take."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .endpoint_process import EndpointProcess
from .test_moto_patches import table_input, without

T = {"DatabaseName": "d", "TableName": "t"}


def partitions(count: int) -> list[dict]:
    return [{"Values": [str(n)], "StorageDescriptor": {"Columns": []}} for n in range(count)]


def values(count: int) -> list[dict]:
    return [{"Values": [str(n)]} for n in range(count)]


def with_column(**column: str) -> dict:
    return {"Name": "u", "StorageDescriptor": {"Columns": [{"Name": "c", **column}]}}


# Operation, what it is given that is just within the limit, what is beyond it, and AWS's words.
LIMITS = {
    "batch_create_partition": (
        {**T, "PartitionInputList": partitions(100)},
        {**T, "PartitionInputList": partitions(101)},
        "'partitionInputList' failed to satisfy constraint: Member must have length less than or"
        " equal to 100",
    ),
    "batch_delete_partition": (
        {**T, "PartitionsToDelete": values(25)},
        {**T, "PartitionsToDelete": values(26)},
        "'partitionsToDelete' failed to satisfy constraint: Member must have length less than or"
        " equal to 25",
    ),
    "get_tables": (
        {"DatabaseName": "d", "MaxResults": 100},
        {"DatabaseName": "d", "MaxResults": 101},
        "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less"
        " than or equal to 100",
    ),
    "create_table": (
        {"DatabaseName": "d", "TableInput": with_column(Comment="ü\t" + "x" * 253)},
        {"DatabaseName": "d", "TableInput": with_column(Comment="x" * 256)},
        "at 'table.storageDescriptor.columns.1.member.comment' failed to satisfy constraint: Member"
        " must have length less than or equal to 255",
    ),
    "update_table": (
        {"DatabaseName": "d", "TableInput": with_column(Comment="😀")},
        {"DatabaseName": "d", "TableInput": with_column(Comment="one\ntwo")},
        "Member must satisfy regular expression pattern: [\\u0020-",
    ),
}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with EndpointProcess(tmp_path_factory.mktemp("endpoint")) as endpoint:
        glue = endpoint.client("glue")
        glue.create_database(DatabaseInput={"Name": "d"})
        glue.create_table(DatabaseName="d", TableInput=table_input())
        yield endpoint


@pytest.mark.parametrize("operation", LIMITS)
def test_limit_of_glue(endpoint, operation: str) -> None:
    within, beyond, words = LIMITS[operation]
    call = getattr(endpoint.client("glue"), operation)
    call(**within)
    with pytest.raises(ClientError) as refused:
        call(**beyond)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("1 validation error detected: Value '")
    assert words in error["Message"]


def test_each_broken_limit_is_named(endpoint) -> None:
    glue = endpoint.client("glue")
    names = ["x" * 256, "ok", "line\nend"]
    with pytest.raises(ClientError, match=r"(?s)2 validation errors .*\.1\.member.*\.3\.member"):
        glue.batch_delete_table(DatabaseName="d", TablesToDelete=names)
    with without(endpoint, "glue_limits"):
        assert len(glue.batch_delete_table(DatabaseName="d", TablesToDelete=names)["Errors"]) == 3


def test_database_with_tags_and_transaction_is_made(endpoint) -> None:
    glue = endpoint.client("glue")
    glue.create_database(DatabaseInput={"Name": "tagged"}, Tags={"a": "b"})
    glue.get_tables(DatabaseName="tagged", TransactionId="abc")
