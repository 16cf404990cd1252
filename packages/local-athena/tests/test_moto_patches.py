"""Each patch of moto: what breaks without it, what works with it, by plain boto3."""

from __future__ import annotations

import gc
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import pytest
from botocore.exceptions import ClientError
from local_athena import moto_patches
from local_athena.moto_patches import patching, table_updates
from moto.glue.models import FakeTable
from moto.s3.models import FakeKey

from .endpoint_process import RESULTS, EndpointProcess

TRINO = {"user_agent": "aws-sdk-java/2.31.67 md/io#sync"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with EndpointProcess(tmp_path_factory.mktemp("endpoint")) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def glue(endpoint):
    return endpoint.client("glue")


@pytest.fixture
def database(glue, request):
    name = request.node.name.split("[")[0]
    glue.create_database(DatabaseInput={"Name": name})
    yield name
    glue.delete_database(Name=name)


@contextmanager
def without(endpoint: EndpointProcess, name: str):
    """The endpoint without one of the patches."""
    endpoint.run(switch, name, "undo")
    try:
        yield
    finally:
        endpoint.run(switch, name, "apply")


def switch(name: str, way: str) -> None:
    getattr(getattr(moto_patches, name).PATCH, way)()


def reset() -> None:
    """Apply all patches anew: one that `without` took out may have had others on top of it."""
    moto_patches.undo_all()
    moto_patches.apply_all()


def code(call, **parameters) -> str:
    """The error code of a call that fails."""
    with pytest.raises(ClientError) as failed:
        call(**parameters)
    return failed.value.response["Error"]["Code"]


def status(call, **parameters) -> int:
    with pytest.raises(ClientError) as failed:
        call(**parameters)
    return failed.value.response["ResponseMetadata"]["HTTPStatusCode"]


def table_input(name: str = "t", **more) -> dict:
    return {"Name": name, "StorageDescriptor": {"Columns": []}, **more}


# bucket_policies


def test_a_bucket_that_refuses_what_does_not_come_by_tls_takes_what_comes(endpoint) -> None:
    s3 = endpoint.client("s3")
    s3.create_bucket(Bucket="tls-only")
    denies = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    on_condition = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}

    def put(**more) -> None:
        s3.put_bucket_policy(Bucket="tls-only", Policy=json.dumps({"Statement": denies | more}))
        s3.put_object(Bucket="tls-only", Key="k", Body=b"")

    put(**on_condition)
    assert code(put) == "403"
    with without(endpoint, "bucket_policies"):
        assert code(put, Condition=on_condition["Condition"]) == "403"


# build_projects


def test_a_build_project_keeps_its_limit_and_is_deleted_by_its_arn(endpoint) -> None:
    code_build = endpoint.client("codebuild")
    project = {
        "source": {"type": "S3", "location": "code/stedi.zip"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "type": "ARM_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
        },
        "serviceRole": "arn:aws:iam::123456789012:role/build",
    }

    def kept(name: str) -> tuple[int | None, list[str]]:
        """The limit of a new project; the projects that are left when it was deleted."""
        code_build.create_project(name=name, concurrentBuildLimit=1, **project)
        made = code_build.batch_get_projects(names=[name])["projects"][0]
        code_build.delete_project(name=made["arn"])
        return made.get("concurrentBuildLimit"), code_build.list_projects()["projects"]

    assert kept("one") == (1, [])
    with without(endpoint, "build_projects"):
        assert kept("two") == (None, ["two"])


# column_statistics


def test_column_statistics_are_known_and_empty(endpoint, glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input())
    table = {"DatabaseName": database, "TableName": "t"}
    statistics = {
        "ColumnName": "a",
        "ColumnType": "int",
        "AnalyzedTime": 0,
        "StatisticsData": {"Type": "BINARY"},
    }
    get, update, delete = (
        glue.get_column_statistics_for_table,
        glue.update_column_statistics_for_table,
        glue.delete_column_statistics_for_table,
    )
    assert update(**table, ColumnStatisticsList=[statistics])["Errors"] == []
    assert get(**table, ColumnNames=["a"])["ColumnStatisticsList"] == []
    delete(**table, ColumnName="a")
    partition = {**table, "PartitionValues": ["1"]}
    glue.update_column_statistics_for_partition(**partition, ColumnStatisticsList=[statistics])
    assert glue.get_column_statistics_for_partition(**partition, ColumnNames=["a"])["Errors"] == []
    glue.delete_column_statistics_for_partition(**partition, ColumnName="a")
    missing = {**table, "TableName": "missing"}
    assert code(get, **missing, ColumnNames=["a"]) == "EntityNotFoundException"
    with without(endpoint, "column_statistics"):
        assert "Unknown" in code(delete, **table, ColumnName="a")


# user_defined_functions


def test_there_are_no_user_defined_functions(endpoint, glue, database) -> None:
    every = {"DatabaseName": database, "Pattern": ".*"}
    assert glue.get_user_defined_functions(**every)["UserDefinedFunctions"] == []
    one = {"DatabaseName": database, "FunctionName": "f"}
    assert code(glue.get_user_defined_function, **one) == "EntityNotFoundException"
    with without(endpoint, "user_defined_functions"):
        assert "Unknown" in code(glue.get_user_defined_functions, **every)


# table_updates


def test_a_stale_version_is_refused_and_writes_nothing(endpoint, glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input(Description="first"))
    stale = glue.get_table(DatabaseName=database, Name="t")["Table"]["VersionId"]
    update = {"DatabaseName": database, "VersionId": stale}
    glue.update_table(**update, TableInput=table_input(Description="second"))

    refused = {**update, "TableInput": table_input(Description="third")}
    assert code(glue.update_table, **refused) == "ConcurrentModificationException"
    assert status(glue.update_table, **refused) == 400
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert table["Description"] == "second"

    glue.update_table(**{**refused, "VersionId": table["VersionId"]})
    with without(endpoint, "table_updates"):
        glue.update_table(**refused)  # moto: the third one is lost


def test_an_update_without_a_version_is_not_checked(glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input())
    for text in ("one", "two"):
        glue.update_table(DatabaseName=database, TableInput=table_input(Description=text))
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["Description"] == "two"


def write(glue, database: str, writer: int) -> int | None:
    """Add a parameter to the table as it is; the writer if Glue says that it is there."""
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    parameters = {**table["Parameters"], str(writer): "written"}
    try:
        glue.update_table(
            DatabaseName=database,
            TableInput=table_input(Parameters=parameters),
            VersionId=table["VersionId"],
        )
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConcurrentModificationException"
        return None
    return writer


def test_of_twenty_writers_the_winners_changes_remain_and_no_others(endpoint, database) -> None:
    glue = endpoint.client("glue", max_pool_connections=20)
    glue.create_table(DatabaseName=database, TableInput=table_input(Parameters={}))

    def twenty() -> tuple[set[str], set[str]]:
        with ThreadPoolExecutor(20) as pool:
            written = list(pool.map(lambda writer: write(glue, database, writer), range(20)))
        table = glue.get_table(DatabaseName=database, Name="t")["Table"]
        glue.update_table(DatabaseName=database, TableInput=table_input(Parameters={}))
        return {str(writer) for writer in written if writer is not None}, set(table["Parameters"])

    endpoint.run(slow_down, "apply")
    try:
        winners, remaining = twenty()
        assert winners == remaining != set()
        for patch in ("glue_calls", "table_updates"):
            with without(endpoint, patch):  # a race is lost as a rule, not always
                tries = (twenty() for _ in range(10))
                assert any(remaining < winners for winners, remaining in tries)
    finally:
        endpoint.run(slow_down, "undo")


SLOW = patching.Patch()


@SLOW.replaces(FakeTable, "update")
def _slowly(original):
    def take_time(*arguments, **options):
        time.sleep(0.1)  # whoever is not kept out by a lock comes in now
        original(*arguments, **options)

    return take_time


def slow_down(way: str) -> None:
    getattr(SLOW, way)()


def versions_of(glue, database: str) -> list[str]:
    found = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    return [version["VersionId"] for version in found]


def test_skip_archive_leaves_no_version_behind(glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input())
    update = {"DatabaseName": database, "TableInput": table_input(Description="new")}
    first = versions_of(glue, database)
    glue.update_table(**update, SkipArchive=True)
    replaced = versions_of(glue, database)
    assert len(replaced) == 1 and replaced != first
    glue.update_table(**update)
    assert len(versions_of(glue, database)) == 2


def test_a_table_keeps_a_bounded_number_of_versions(glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input())
    for _ in range(table_updates.MAX_VERSIONS + 5):
        glue.update_table(DatabaseName=database, TableInput=table_input())
    versions = versions_of(glue, database)
    assert len(versions) == table_updates.MAX_VERSIONS
    current = glue.get_table(DatabaseName=database, Name="t")["Table"]["VersionId"]
    assert current in versions


# table_versions


def test_the_current_version_cannot_be_deleted(endpoint, glue, database) -> None:
    glue.create_table(DatabaseName=database, TableInput=table_input())
    glue.update_table(DatabaseName=database, TableInput=table_input())
    old, current = versions_of(glue, database)
    version = {"DatabaseName": database, "TableName": "t"}
    refused = {**version, "VersionId": current}
    assert code(glue.delete_table_version, **refused) == "InvalidInputException"
    glue.delete_table_version(**version, VersionId=old)
    assert versions_of(glue, database) == [current]
    gone = {**version, "VersionId": old}
    assert code(glue.delete_table_version, **gone) == "EntityNotFoundException"
    with without(endpoint, "table_versions"):
        glue.delete_table_version(**refused)
        assert code(glue.get_table, DatabaseName=database, Name="t") == "EntityNotFoundException"


# views


def test_trino_recognises_a_view_whatever_its_description(endpoint, glue, database) -> None:
    stored = {"presto_view": "true", "comment": "What the model is"}
    glue.create_table(
        DatabaseName=database,
        TableInput=table_input(
            TableType="VIRTUAL_VIEW", Parameters=stored, Description="What the model is"
        ),
    )
    trino = endpoint.client("glue", **TRINO)

    def seen_by(client) -> list[tuple]:
        tables = [
            client.get_table(DatabaseName=database, Name="t")["Table"],
            client.get_tables(DatabaseName=database)["TableList"][0],
        ]
        return [(table["Parameters"]["comment"], table.get("Description")) for table in tables]

    assert seen_by(trino) == [("Presto View", None)] * 2
    assert seen_by(glue) == [("What the model is", "What the model is")] * 2
    with without(endpoint, "views"):
        assert seen_by(trino) == seen_by(glue)


@pytest.mark.parametrize("kind", ["EXTERNAL_TABLE", "VIRTUAL_VIEW"])
def test_trino_sees_what_is_not_its_view_as_it_is(endpoint, glue, database, kind) -> None:
    glue.create_table(
        DatabaseName=database, TableInput=table_input(TableType=kind, Description="as it is")
    )
    seen = endpoint.client("glue", **TRINO).get_table(DatabaseName=database, Name="t")["Table"]
    assert seen["Description"] == "as it is"


# iceberg_columns


def commit(endpoint, number: int, current: int, *schemas: list[tuple]) -> dict:
    """Parameters of a table after a commit, whose metadata is written."""
    s3, location = endpoint.client("s3"), f"t/metadata/{number}.json"
    fields = ("id", "required", "name", "type")
    metadata = {
        "current-schema-id": current,
        "schemas": [
            {"schema-id": n, "fields": [dict(zip(fields, field, strict=True)) for field in schema]}
            for n, schema in enumerate(schemas)
        ],
    }
    s3.put_object(Bucket=RESULTS, Key=location, Body=json.dumps(metadata))
    return {"table_type": "ICEBERG", "metadata_location": f"s3://{RESULTS}/{location}"}


def test_columns_of_an_iceberg_table_have_ids_and_dropped_ones_stay(
    endpoint, glue, database
) -> None:
    of_map = {"type": "map", "key": "string", "value": {"type": "list", "element": "long"}}
    of_struct = {"type": "struct", "fields": [{"name": "a", "type": of_map}]}
    first = [(1, True, "id", "int"), (2, False, "s", of_struct), (3, False, "d", "decimal(9, 2)")]
    second = [(1, True, "id", "int"), (4, False, "d", "timestamptz"), (5, False, "u", "fixed[2]")]
    given = {"Columns": [{"Name": "id", "Type": "int", "Parameters": {"trino_type_id": "integer"}}]}
    trino = endpoint.client("glue", **TRINO)

    def put(call, parameters: dict) -> None:
        new = table_input(Parameters=parameters) | {"StorageDescriptor": given}
        call(DatabaseName=database, TableInput=new)

    def columns(client) -> list[tuple]:
        found = client.get_table(DatabaseName=database, Name="t")["Table"]
        marks = ("id", "optional", "current")
        return [
            (c["Name"], c["Type"], *(c["Parameters"].get(f"iceberg.field.{m}") for m in marks))
            for c in found["StorageDescriptor"]["Columns"]
        ]

    put(glue.create_table, commit(endpoint, 1, 0, first))
    assert columns(glue) == [
        ("id", "int", "1", "false", "true"),
        ("s", "struct<a:map<string,array<bigint>>>", "2", "true", "true"),
        ("d", "decimal(9,2)", "3", "true", "true"),
    ]
    put(glue.update_table, commit(endpoint, 2, 1, first, second))
    now = [
        ("id", "int", "1", "false", "true"),
        ("d", "timestamp", "4", "true", "true"),
        ("u", "binary", "5", "true", "true"),
    ]
    dropped = ("s", "struct<a:map<string,array<bigint>>>", "2", "true", "false")
    assert columns(glue) == [*now, dropped]
    assert columns(trino) == now
    put(glue.update_table, commit(endpoint, 2, 1, first, second))  # no commit: as it is told
    assert columns(glue) == [("id", "int", None, None, None)]
    put(glue.update_table, {"table_type": "ICEBERG", "metadata_location": "s3://nowhere/x"})
    assert columns(glue) == [("id", "int", None, None, None)]
    with without(endpoint, "iceberg_columns"):
        put(glue.update_table, commit(endpoint, 3, 0, first))
        assert columns(glue) == [("id", "int", None, None, None)]


FIELD = {"id": 7, "required": False, "name": "a", "type": "string"}
OF_V1 = {"type": "struct", "fields": [FIELD]}


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"format-version": 1, "schema": OF_V1}, "7"),
        ({"format-version": 1, "schema": {**OF_V1, "schema-id": 3}}, "7"),
        ({"schemas": [{**OF_V1, "schema-id": 0}]}, "7"),
        ({}, None),
        ([], None),
        ("text", None),
        ({"schema": None}, None),
        ({"schemas": [{"fields": [{}]}], "current-schema-id": 0}, None),
        ({"schema": {"fields": [{**FIELD, "name": "b", "type": {}}]}}, None),
    ],
)
def test_metadata_of_any_kind_are_taken(endpoint, glue, database, metadata, field) -> None:
    endpoint.client("s3").put_object(Bucket=RESULTS, Key="m.json", Body=json.dumps(metadata))
    parameters = {"table_type": "ICEBERG", "metadata_location": f"s3://{RESULTS}/m.json"}
    given = {"Columns": [{"Name": "a", "Type": "string"}]}
    table = table_input(Parameters=parameters) | {"StorageDescriptor": given}
    glue.create_table(DatabaseName=database, TableInput=table)
    found = glue.get_table(DatabaseName=database, Name="t")["Table"]
    [column] = found["StorageDescriptor"]["Columns"]
    assert column.get("Parameters", {}).get("iceberg.field.id") == field


def test_an_iceberg_table_without_storage_is_told(endpoint, glue, database) -> None:
    table = {"Name": "t", "Parameters": {"table_type": "ICEBERG"}}
    glue.create_table(DatabaseName=database, TableInput=table)
    trino = endpoint.client("glue", **TRINO)
    [found] = trino.get_tables(DatabaseName=database)["TableList"]
    assert found["Name"] == "t"


# partitions


@pytest.fixture
def partitions(glue, database):
    glue.create_table(
        DatabaseName=database,
        TableInput=table_input(PartitionKeys=[{"Name": "day", "Type": "string"}]),
    )
    values = [f"2026-01-{day:02}" for day in range(1, 21)]
    glue.batch_create_partition(
        DatabaseName=database,
        TableName="t",
        PartitionInputList=[
            {
                "Values": [value],
                "StorageDescriptor": {
                    "Columns": [{"Name": "a", "Type": "int"}],
                    "Location": f"s3://lake/{value}",
                },
            }
            for value in values
        ],
    )
    return values


def test_segments_part_the_partitions(endpoint, glue, database, partitions) -> None:
    def segment(number: int) -> list[str]:
        answer = glue.get_partitions(
            DatabaseName=database,
            TableName="t",
            Segment={"SegmentNumber": number, "TotalSegments": 3},
        )
        return [partition["Values"][0] for partition in answer["Partitions"]]

    parts = [segment(number) for number in range(3)]
    assert sorted(chain(*parts)) == partitions
    assert all(parts)
    with without(endpoint, "partitions"):
        assert len(segment(0)) == len(partitions)


def test_partitions_come_in_pages(glue, database, partitions) -> None:
    pages = list(
        glue.get_paginator("get_partitions").paginate(
            DatabaseName=database, TableName="t", PaginationConfig={"PageSize": 7}
        )
    )
    assert [len(page["Partitions"]) for page in pages] == [7, 7, 6]
    assert [p["Values"][0] for page in pages for p in page["Partitions"]] == partitions
    query = {"DatabaseName": database, "TableName": "t", "NextToken": "bad"}
    assert code(glue.get_partitions, **query) == "InvalidInputException"


def test_partitions_come_without_columns_if_asked_so(glue, database, partitions) -> None:
    query = {"DatabaseName": database, "TableName": "t", "Expression": f"day = '{partitions[3]}'"}
    [whole] = glue.get_partitions(**query)["Partitions"]
    [bare] = glue.get_partitions(**query, ExcludeColumnSchema=True)["Partitions"]
    assert whole["StorageDescriptor"].pop("Columns")
    assert bare["StorageDescriptor"] == whole["StorageDescriptor"]


@pytest.mark.parametrize(
    ("kind", "expression", "found"),
    [
        ("varchar(2)", "k = '10'", ["10"]),
        ("char(2)", "k > '10'", ["9"]),
        ("decimal(5,1)", "k > 9", ["10"]),
    ],
)
def test_partitions_are_found_by_keys_of_any_type(
    endpoint, glue, database, kind: str, expression: str, found: list[str]
) -> None:
    table = {"DatabaseName": database, "TableName": "t"}
    keys = [{"Name": "k", "Type": kind}]
    glue.create_table(DatabaseName=database, TableInput=table_input(PartitionKeys=keys))
    partitions = [{"Values": [value], "StorageDescriptor": {}} for value in ("9", "10")]
    glue.batch_create_partition(**table, PartitionInputList=partitions)
    answer = glue.get_partitions(**table, Expression=expression)
    assert [partition["Values"][0] for partition in answer["Partitions"]] == found
    with without(endpoint, "partitions"):
        assert code(glue.get_partitions, **table, Expression=expression) == "InvalidInputException"


# unknown_operations


def test_an_unknown_operation_is_refused_at_once(endpoint, glue) -> None:
    with pytest.raises(ClientError) as refused:
        glue.get_catalogs()
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == "UnknownOperationException"
    assert "has not been implemented" in response["Error"]["Message"]
    sts = endpoint.client("sts")
    assert code(sts.decode_authorization_message, EncodedMessage="x") == "InvalidAction"
    with without(endpoint, "unknown_operations"):
        assert status(glue.get_catalogs) == 500


# one_region


def test_every_region_has_the_same_catalog(endpoint, glue, database) -> None:
    elsewhere = endpoint.client("glue", region_name="eu-central-1")
    assert elsewhere.get_database(Name=database)["Database"]["Name"] == database
    endpoint.client("athena").create_work_group(Name="everywhere")
    athena = endpoint.client("athena", region_name="eu-central-1")
    names = [group["Name"] for group in athena.list_work_groups()["WorkGroups"]]
    assert "everywhere" in names
    with without(endpoint, "one_region"):
        assert code(elsewhere.get_database, Name=database) == "EntityNotFoundException"


# object_tracking


def alive(kind: type) -> int:
    gc.collect()
    return sum(type(thing) is kind for thing in gc.get_objects())


def test_deleted_objects_and_tables_are_forgotten(endpoint, glue, database) -> None:
    s3 = endpoint.client("s3")
    s3.create_bucket(Bucket="forgotten")

    def come_and_go() -> None:
        s3.put_object(Bucket="forgotten", Key="one", Body=b"1")
        s3.put_object(Bucket="forgotten", Key="one", Body=b"2")
        s3.delete_object(Bucket="forgotten", Key="one")
        glue.create_table(DatabaseName=database, TableInput=table_input())
        glue.delete_table(DatabaseName=database, Name="t")

    before = endpoint.run(alive, FakeKey), endpoint.run(alive, FakeTable)
    come_and_go()
    assert (endpoint.run(alive, FakeKey), endpoint.run(alive, FakeTable)) == before
    with without(endpoint, "object_tracking"):
        come_and_go()
        assert (endpoint.run(alive, FakeKey), endpoint.run(alive, FakeTable)) > before


# text_output


def test_trino_is_told_the_one_output_format_of_text_that_it_writes(
    endpoint, glue, database
) -> None:
    endpoint.run(reset)
    hadoop, hive = "IgnoreKeyTextOutputFormat", "HiveIgnoreKeyTextOutputFormat"
    descriptor = {"OutputFormat": f"org.apache.hadoop.hive.ql.io.{hadoop}"}
    given = table_input() | {
        "PartitionKeys": [{"Name": "k", "Type": "string"}],
        "StorageDescriptor": descriptor,
    }
    glue.create_table(DatabaseName=database, TableInput=given)
    partition = {"Values": ["1"], "StorageDescriptor": descriptor}
    name = {"DatabaseName": database, "TableName": "t"}
    glue.create_partition(**name, PartitionInput=partition)
    trino = endpoint.client("glue", **TRINO)

    def seen_by(client) -> list[str]:
        found = [
            client.get_table(DatabaseName=database, Name="t")["Table"],
            *client.get_partitions(**name)["Partitions"],
        ]
        return [one["StorageDescriptor"]["OutputFormat"].rpartition(".")[2] for one in found]

    assert seen_by(trino) == [hive] * 2
    assert seen_by(glue) == [hadoop] * 2
    with without(endpoint, "text_output"):
        assert seen_by(trino) == seen_by(glue)
