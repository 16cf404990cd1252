"""What a work group decides for its queries."""

from __future__ import annotations

from ..endpoint_process import A_ROW, LOCATION, RESULTS, error, says


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
