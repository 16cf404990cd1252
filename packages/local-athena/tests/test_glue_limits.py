"""Glue refuses what AWS refuses: too many, too long, of characters that it does not take."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from local_athena.moto_patches import glue_limits
from moto.core.utils import get_service_model

from .endpoint_process import EndpointProcess
from .test_moto_patches import table_input, without

MODEL = get_service_model("glue")
T = {"DatabaseName": "d", "TableName": "t"}
CHANGE = {"PartitionValueList": ["0"], "PartitionInput": {"Values": ["0"]}}


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
    "batch_get_partition": (
        {**T, "PartitionsToGet": values(1000)},
        {**T, "PartitionsToGet": values(1001)},
        "Value '[...]' at 'partitionsToGet' failed to satisfy constraint: Member must have length"
        " less than or equal to 1000",
    ),
    "batch_update_partition": (
        {**T, "Entries": [CHANGE] * 100},
        {**T, "Entries": [CHANGE] * 101},
        "'entries' failed",
    ),
    "batch_delete_partition": (
        {**T, "PartitionsToDelete": values(25)},
        {**T, "PartitionsToDelete": values(26)},
        "'partitionsToDelete' failed to satisfy constraint: Member must have length less than or"
        " equal to 25",
    ),
    "batch_delete_table": (
        {"DatabaseName": "d", "TablesToDelete": ["x"] * 100},
        {"DatabaseName": "d", "TablesToDelete": ["x"] * 101},
        "'tablesToDelete' failed",
    ),
    "get_tables": (
        {"DatabaseName": "d", "MaxResults": 100},
        {"DatabaseName": "d", "MaxResults": 101},
        "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less"
        " than or equal to 100",
    ),
    "get_partitions": ({**T, "MaxResults": 1000}, {**T, "MaxResults": 1001}, "'maxResults' failed"),
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


def test_every_shape_with_limits_takes_a_value() -> None:
    shapes = {shape.name: shape for o in MODEL.operation_names for shape in below(input_of(o))}
    limited = [s for s in shapes.values() if s.metadata.keys() & {"min", "max", "pattern"}]
    assert {"TagsMap", "TransactionIdString"} <= {shape.name for shape in limited}
    samples = {"string": "a", "list": ["a"], "map": {"a": "b"}}
    for shape in limited:
        list(glue_limits._broken_rules(shape, samples.get(shape.type_name, 1)))


def input_of(operation: str):
    return MODEL.operation_model(operation).input_shape


def below(shape, seen=()):
    """A shape and those in it, once each on the way down."""
    if shape is None or shape.name in seen:
        return
    yield shape
    inner = {"structure": ("members",), "list": ("member",), "map": ("key", "value")}
    for name in inner.get(shape.type_name, ()):
        found = getattr(shape, name)
        for member in found.values() if name == "members" else [found]:
            yield from below(member, (*seen, shape.name))


def test_database_with_tags_and_transaction_is_made(endpoint) -> None:
    glue = endpoint.client("glue")
    glue.create_database(DatabaseInput={"Name": "tagged"}, Tags={"a": "b"})
    glue.get_tables(DatabaseName="tagged", TransactionId="abc")
