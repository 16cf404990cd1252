"""Prepared statements: by the API, and by PREPARE, EXECUTE and DEALLOCATE PREPARE."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from ..endpoint_process import A_ROW, error, says


@pytest.fixture
def keep(athena, request):
    """A function: name, query -> the name of a prepared statement of this test."""

    def create(query: str = A_ROW, group: str = "primary") -> str:
        name = request.node.name
        athena.create_prepared_statement(StatementName=name, WorkGroup=group, QueryStatement=query)
        return name

    return create


def test_a_statement_is_kept_changed_and_removed(athena, keep) -> None:
    name = {"StatementName": keep(), "WorkGroup": "primary"}
    kept = athena.get_prepared_statement(**name)["PreparedStatement"]
    assert kept.pop("LastModifiedTime")
    assert kept == {
        "StatementName": name["StatementName"],
        "WorkGroupName": "primary",
        "QueryStatement": A_ROW,
    }
    athena.update_prepared_statement(**name, QueryStatement=says(), Description="new")
    kept = athena.get_prepared_statement(**name)["PreparedStatement"]
    assert (kept["QueryStatement"], kept["Description"]) == (says(), "new")
    athena.delete_prepared_statement(**name)
    with pytest.raises(athena.exceptions.ResourceNotFoundException):
        athena.get_prepared_statement(**name)


@pytest.mark.parametrize("operation", ["get", "delete", "update"])
def test_a_missing_statement_is_not_found(athena, operation) -> None:
    call = getattr(athena, f"{operation}_prepared_statement")
    more = {"QueryStatement": A_ROW} if operation == "update" else {}
    with pytest.raises(ClientError) as refused:
        call(StatementName="missing", WorkGroup="primary", **more)
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "PreparedStatement missing was not found in workGroup primary",
    }
    assert response["ResourceName"] == "missing"


def test_statements_are_listed_in_pages_and_by_work_group(athena, keep, work_group) -> None:
    group = work_group("prepares")
    names = ["a", "b", "c"]
    for name in names:
        athena.create_prepared_statement(StatementName=name, WorkGroup=group, QueryStatement=A_ROW)
    keep()  # in another group
    first = athena.list_prepared_statements(WorkGroup=group, MaxResults=2)
    rest = athena.list_prepared_statements(WorkGroup=group, NextToken=first["NextToken"])
    found = [s["StatementName"] for s in first["PreparedStatements"] + rest["PreparedStatements"]]
    assert found == names
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("change", "code", "problem"),
    [
        ({"StatementName": "1"}, "INVALID_INPUT", "constraint"),
        ({"WorkGroup": "missing"}, "INVALID_INPUT", "WorkGroup is not found."),
        ({"QueryStatement": says(kind=("DDL", "DROP_TABLE"))}, "MALFORMED_QUERY", "this type"),
        ({"QueryStatement": says(refusal="line 1:1: no")}, "MALFORMED_QUERY", "line 1:1: no"),
        ({"StatementName": "twice"}, "INVALID_INPUT", "already exists"),
    ],
)
def test_what_cannot_be_kept_is_refused(athena, change, code, problem) -> None:
    request = {"StatementName": "s", "WorkGroup": "primary", "QueryStatement": A_ROW, **change}
    if change == {"StatementName": "twice"}:
        athena.create_prepared_statement(**request)
    refused = error(athena.create_prepared_statement, **request)
    assert refused[0] == code
    assert problem in refused[1]


def test_statements_prepare_execute_and_deallocate(athena, queries) -> None:
    prepared = queries.run(f"PREPARE by_sql FROM {A_ROW}")
    assert prepared["Status"]["State"] == "SUCCEEDED"
    assert (prepared["StatementType"], prepared["SubstatementType"]) == ("UTILITY", "PREPARE")
    name = {"StatementName": "by_sql", "WorkGroup": "primary"}
    assert athena.get_prepared_statement(**name)["PreparedStatement"]["QueryStatement"] == A_ROW
    execution = queries.run("EXECUTE by_sql")
    assert (execution["Query"], execution["SubstatementType"]) == ("EXECUTE by_sql", "SELECT")
    assert queries.values("execute by_sql;")[1] == ["1", "x"]
    twice = queries.run(f"PREPARE by_sql FROM {A_ROW}")["Status"]
    assert "already exists" in twice["StateChangeReason"]
    assert queries.run("DEALLOCATE PREPARE by_sql")["Status"]["State"] == "SUCCEEDED"
    gone = "PreparedStatement by_sql was not found in workGroup primary"
    assert error(queries.start, "EXECUTE by_sql") == ("INVALID_INPUT", gone)
    assert queries.run("DEALLOCATE PREPARE by_sql")["Status"]["StateChangeReason"] == gone


def test_a_statement_belongs_to_its_work_group(queries, keep, work_group) -> None:
    name = keep()
    assert queries.values(f"EXECUTE {name}")
    refused = error(queries.start, f"EXECUTE {name}", WorkGroup=work_group("prepares-not"))
    assert refused[1].endswith("was not found in workGroup prepares-not")


def reason(queries, sql: str, **request) -> str:
    status = queries.run(sql, **request)["Status"]
    assert status["State"] == "FAILED"
    return status["StateChangeReason"]


@pytest.mark.parametrize(
    ("mark", "sql", "values", "counts"),
    [
        ("\n?", "EXECUTE {}", [], (1, 0)),
        ("\n?", "EXECUTE {}", ["1", "2"], (1, 2)),
        ("\n?", "EXECUTE {} USING 1, 2", [], (1, 2)),
        ("\n?", "EXECUTE {} USING 1", ["1"], (0, 1)),
        ("\n?", "EXECUTE {} USING ?", ["1", "2"], (1, 2)),
        ("", "EXECUTE {} USING 1", [], (0, 1)),
        ("", "EXECUTE {}", ["1"], (0, 1)),
        ("", "DEALLOCATE PREPARE {}", ["1"], (0, 1)),
        ("", f"PREPARE by_number FROM {A_ROW}\n?", ["1"], (0, 1)),
    ],
)
def test_the_number_of_values_must_be_right(athena, queries, mark, sql, values, counts) -> None:
    name = {"StatementName": "numbered", "WorkGroup": "primary"}
    athena.create_prepared_statement(**name, QueryStatement=A_ROW + mark)
    given = {"ExecutionParameters": values} if values else {}
    told = reason(queries, sql.replace("{}", "numbered", 1), **given)
    assert told.endswith("parameters: expected {} but found {}".format(*counts))
    athena.delete_prepared_statement(**name)


@pytest.mark.parametrize("value", ["id", "1 2", "lower(id)", '"id"', "(select 1)"])
def test_a_value_of_using_is_a_constant(athena, queries, value) -> None:
    name = {"StatementName": "constant", "WorkGroup": "primary"}
    athena.create_prepared_statement(**name, QueryStatement=A_ROW + "\n?")
    told = reason(queries, f"EXECUTE constant USING {value}")
    assert "Constant expression cannot contain column references" in told
    athena.delete_prepared_statement(**name)


def test_a_statement_is_prepared_in_the_only_catalog(athena, queries) -> None:
    elsewhere = {"QueryExecutionContext": {"Catalog": "other"}}
    assert "CATALOG_NOT_FOUND" in reason(queries, f"PREPARE nowhere FROM {A_ROW}", **elsewhere)
    kept = athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert "nowhere" not in {statement["StatementName"] for statement in kept}


def test_no_work_group_is_the_primary_one(athena) -> None:
    name = {"StatementName": "unnamed", "WorkGroup": ""}
    athena.create_prepared_statement(**name, QueryStatement=A_ROW)
    primary = athena.get_prepared_statement(**name | {"WorkGroup": "primary"})["PreparedStatement"]
    assert primary["WorkGroupName"] == "primary"
    athena.delete_prepared_statement(**name)


@pytest.mark.parametrize(
    "statement",
    [
        "PREPARE",
        "PREPARE p",
        "PREPARE p FROM",
        "EXECUTE",
        "EXECUTE p USING",
        "EXECUTE p USING 1,",
        "EXECUTE p 1",
        "EXECUTE p USING 1) or (1=1",
        "EXECUTE p USING (1, 2",
        "EXECUTE p USING 1], [2",
        "DEALLOCATE p",
        "DEALLOCATE PREPARE 'p'",
    ],
)
def test_a_malformed_statement_is_refused_by_its_place(queries, statement) -> None:
    code, message = error(queries.start, statement)
    assert code == "MALFORMED_QUERY"
    assert "mismatched input" in message
