"""What a work group decides for its queries."""

from __future__ import annotations

import pytest
from local_athena.athena_api.work_groups import WorkGroup

from ..endpoint_process import A_ROW, LOCATION, RESULTS, error, says

ACL = {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"}
S3 = {"EncryptionOption": "SSE_S3"}
KMS = {"EncryptionOption": "SSE_KMS", "KmsKey": "k"}
# What a work group says, and what a request does.
SETTINGS = {
    "EncryptionConfiguration": (S3, KMS),
    "AclConfiguration": (ACL, ACL),
    "ExpectedBucketOwner": ("123456789012", "123456789012"),
}


def test_a_work_group_gives_a_place_for_results(queries, work_group) -> None:
    work_group("offers", EnforceWorkGroupConfiguration=False)
    offered = queries.run(A_ROW, WorkGroup="offers", ResultConfiguration={})
    location = offered["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://{RESULTS}/offers/{offered['QueryExecutionId']}.csv"
    assert offered["WorkGroup"] == "offers"
    chosen = queries.run(A_ROW, WorkGroup="offers")["ResultConfiguration"]
    assert chosen["OutputLocation"].startswith(LOCATION)


def test_a_work_group_may_enforce_its_place(queries, work_group, bucket) -> None:
    work_group("enforces", EnforceWorkGroupConfiguration=True)
    execution = queries.run(A_ROW, WorkGroup="enforces")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"s3://{RESULTS}/enforces/")
    assert bucket(execution)


def test_a_ctas_may_not_name_its_folder_where_a_work_group_enforces_its_own(
    queries, work_group
) -> None:
    named = says(kind=("DDL", "CREATE_TABLE_AS_SELECT"), has_location=True, count=0)
    assert queries.run(named)["Status"]["State"] == "SUCCEEDED"
    work_group("strict", EnforceWorkGroupConfiguration=True)
    code, message = error(queries.start, named, WorkGroup="strict")
    assert code == "INVALID_INPUT"
    assert "Please remove the 'external_location' property" in message


def test_a_work_group_describes_itself(athena, work_group) -> None:
    work_group("described", EnforceWorkGroupConfiguration=True)
    group = athena.get_work_group(WorkGroup="described")["WorkGroup"]
    assert group["State"] == "ENABLED"
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    assert group["Configuration"]["EngineVersion"]["EffectiveEngineVersion"].endswith("3")
    primary = athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
    assert primary["EnforceWorkGroupConfiguration"] is False
    assert primary["ResultConfiguration"] == {}


def test_a_query_that_reads_too_much_is_cancelled(queries, work_group) -> None:
    work_group("thrifty", BytesScannedCutoffPerQuery=10_000_000)
    within = says([1], columns={"a": "integer"}, statistics={"scanned_bytes": 10_000_000})
    assert queries.run(within, WorkGroup="thrifty")["Status"]["State"] == "SUCCEEDED"
    beyond = says([1], columns={"a": "integer"}, statistics={"scanned_bytes": 10_000_001})
    execution = queries.run(beyond, WorkGroup="thrifty")
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert execution["Statistics"]["DataScannedInBytes"] == 10_000_001


def test_a_work_group_is_changed_in_what_is_named(athena, queries, work_group) -> None:
    group = work_group("changes", BytesScannedCutoffPerQuery=10_000_000)
    place = f"s3://{RESULTS}/changed/"
    updates = {
        "EnforceWorkGroupConfiguration": False,
        "RemoveBytesScannedCutoffPerQuery": True,
        "ResultConfigurationUpdates": {"OutputLocation": place},
    }
    athena.update_work_group(WorkGroup=group, Description="new", ConfigurationUpdates=updates)
    described = athena.get_work_group(WorkGroup=group)["WorkGroup"]
    assert described["Description"] == "new"
    configuration = described["Configuration"]
    assert configuration["ResultConfiguration"] == {"OutputLocation": place}
    assert configuration["EnforceWorkGroupConfiguration"] is False
    assert "BytesScannedCutoffPerQuery" not in configuration
    execution = queries.run(A_ROW, WorkGroup=group, ResultConfiguration={})
    assert execution["ResultConfiguration"]["OutputLocation"].startswith(place)
    removal = {"ResultConfigurationUpdates": {"RemoveOutputLocation": True}}
    athena.update_work_group(WorkGroup=group, ConfigurationUpdates=removal)
    refused = error(queries.start, A_ROW, WorkGroup=group, ResultConfiguration={})
    assert refused[1].startswith("No output location provided.")
    athena.update_work_group(WorkGroup=group, State="DISABLED")
    assert error(queries.start, A_ROW, WorkGroup=group)[1] == "WorkGroup changes is disabled."


def test_managed_results_are_in_no_bucket(athena, queries, endpoint) -> None:
    managed = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
    athena.create_work_group(Name="managed", Configuration=managed)
    before = endpoint.client("s3").list_objects_v2(Bucket=RESULTS)["KeyCount"]
    nothing = {"WorkGroup": "managed", "ResultConfiguration": {}}
    execution = queries.run(A_ROW, **nothing)
    assert execution["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert execution["ResultConfiguration"] == {}
    assert queries.values(A_ROW, **nothing)[1] == ["1", "x"]
    assert endpoint.client("s3").list_objects_v2(Bucket=RESULTS)["KeyCount"] == before
    by_age = {"ResultReuseByAgeConfiguration": {"Enabled": True}}
    for refused, more in (
        (A_ROW, {"ResultReuseConfiguration": by_age}),
        (says(kind=("DDL", "CREATE_TABLE_AS_SELECT"), fills_result_folder=True), {}),
        (A_ROW, {"ResultConfiguration": {"OutputLocation": LOCATION}}),
        (A_ROW, {"ResultConfiguration": {"AclConfiguration": ACL}}),
    ):
        answer = error(queries.start, refused, **nothing | more)
        assert "anaged" in answer[1]
    both = managed | {"ResultConfiguration": {"OutputLocation": LOCATION}}
    refused = error(athena.create_work_group, Name="both", Configuration=both)
    assert "cannot have an OutputLocation" in refused[1]


def test_a_result_is_put_as_its_configuration_says(athena, queries, endpoint, work_group) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/k"
    kms = {"EncryptionOption": "SSE_KMS", "KmsKey": key}
    own = {
        "OutputLocation": LOCATION,
        "EncryptionConfiguration": kms,
        "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
        "ExpectedBucketOwner": "123456789012",
    }
    group = {"OutputLocation": LOCATION, "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}
    athena.create_work_group(Name="encrypts", Configuration={"ResultConfiguration": group})
    for request, encryption in (
        ({"ResultConfiguration": own}, ("aws:kms", key)),
        ({"ResultConfiguration": own, "WorkGroup": "encrypts"}, ("AES256", None)),
    ):
        execution = queries.run(A_ROW, **request)
        location = execution["ResultConfiguration"]["OutputLocation"]
        head = endpoint.client("s3").head_object(
            Bucket=RESULTS, Key=location.removeprefix(f"s3://{RESULTS}/")
        )
        assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) == encryption
        said = execution["ResultConfiguration"]["EncryptionConfiguration"]["EncryptionOption"]
        assert said == ("SSE_KMS" if encryption[1] else "SSE_S3")


@pytest.mark.parametrize("member", SETTINGS)
@pytest.mark.parametrize("enforced", [True, False])
def test_each_setting_is_the_work_groups_or_the_requests(member: str, enforced: bool) -> None:
    own, asked = SETTINGS[member]
    place = {"OutputLocation": LOCATION}

    def counts(of_group: dict, of_request: dict) -> object:
        configuration = {"ResultConfiguration": place | of_group}
        enforces = {"EnforceWorkGroupConfiguration": enforced}
        return WorkGroup("g", configuration | enforces).results(of_request).get(member)

    assert counts({member: own}, {member: asked}) == (own if enforced else asked)
    assert counts({member: own}, {"OutputLocation": LOCATION + "x/"}) == own
    assert counts({}, {member: asked}) == (None if enforced else asked)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"ExpectedBucketOwner": "000000000000"}, "Access Denied"),
        ({"AclConfiguration": {"S3AclOption": "PRIVATE"}}, "S3AclOption can only be"),
        ({"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS"}}, "KmsKey is needed"),
        ({"EncryptionConfiguration": {"EncryptionOption": "CSE_KMS"}}, "does not emulate it"),
        ({"EncryptionConfiguration": {"EncryptionOption": "ROT13"}}, "is none of"),
    ],
)
def test_a_wrong_configuration_of_results_is_refused(athena, queries, wrong, problem) -> None:
    configuration = {"OutputLocation": LOCATION, **wrong}
    assert problem in error(queries.start, A_ROW, ResultConfiguration=configuration)[1]
    create = {"Name": "wrong", "Configuration": {"ResultConfiguration": configuration}}
    assert problem in error(athena.create_work_group, **create)[1]


def test_a_work_group_takes_the_engine_that_there_is(athena) -> None:
    effective = {"EffectiveEngineVersion": "Athena engine version 3"}
    athena.create_work_group(Name="effective", Configuration={"EngineVersion": effective})
    for engine in ("Athena engine version 2", "PySpark engine version 3"):
        version = {"EngineVersion": {"SelectedEngineVersion": engine}}
        refused = error(athena.create_work_group, Name="old", Configuration=version)
        assert "is not one of AUTO, Athena engine version 3" in refused[1]


def test_a_work_group_goes_with_its_contents_if_asked_to(athena, queries, work_group) -> None:
    group = work_group("goes")
    contents = {
        "execution": lambda: queries.run(A_ROW, WorkGroup=group),
        "prepared": lambda: athena.create_prepared_statement(
            StatementName="p", WorkGroup=group, QueryStatement=A_ROW
        ),
    }
    for make in contents.values():
        make()
        assert error(athena.delete_work_group, WorkGroup=group)[1] == "WorkGroup goes is not empty"
        athena.delete_work_group(WorkGroup=group, RecursiveDeleteOption=True)
        work_group("goes")
        assert athena.list_query_executions(WorkGroup=group)["QueryExecutionIds"] == []
        assert athena.list_prepared_statements(WorkGroup=group)["PreparedStatements"] == []
    athena.delete_work_group(WorkGroup=group)
    assert "cannot be deleted" in error(athena.delete_work_group, WorkGroup="primary")[1]


def test_a_work_group_that_goes_stops_its_queries(athena, queries, work_group, gate) -> None:
    group = work_group("busy")
    for _ in range(3):  # two run, one waits
        queries.start(says(gate=str(gate)), WorkGroup=group)
    athena.delete_work_group(WorkGroup=group, RecursiveDeleteOption=True)
    assert queries.run(A_ROW)["Status"]["State"] == "SUCCEEDED"  # there is room, at a closed gate


def test_tags_are_kept(athena) -> None:
    arn = "arn:aws:athena:us-east-1:123456789012:workgroup/tagged"
    athena.create_work_group(Name="tagged", Tags=[{"Key": "a", "Value": "1"}])
    athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    athena.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(athena.exceptions.ResourceNotFoundException):
        athena.list_tags_for_resource(ResourceARN=arn + "-not")
