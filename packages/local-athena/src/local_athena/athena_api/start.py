"""StartQueryExecution: what of a request is refused at once, in Athena's order."""

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from ..s3_locations import bucket_and_key
from ..sql.prepared import Execute
from ..trino_client import TrinoError
from . import parameters, prepared_sql, reuse
from .errors import ApiError, Failure, failure_of
from .executions import Statement
from .prepared import PreparedStatements
from .work_groups import WorkGroups

CATALOG = "awsdatacatalog"

# As observed on AWS (dbt-athena/dbt-athena#176).
_LOCATION_IS_ENFORCED = (
    "The Create Table As Select query failed because it was submitted with an 'external_location' "
    "property to an Athena Workgroup that enforces a centralized output location for all queries. "
    "Please remove the 'external_location' property and resubmit the query."
)
_NO_FOLDER = (
    "A CREATE TABLE AS SELECT without external_location needs a query result location, and "
    "managed query results have none."
)


def statement_of(
    request: dict[str, Any], engine: Any, groups: WorkGroups, prepared: PreparedStatements
) -> Statement:
    """Check a request and translate its statement."""
    query = request["QueryString"]
    context = request.get("QueryExecutionContext") or {}
    group = groups.find(request.get("WorkGroup"))
    if group.state != "ENABLED":
        raise ApiError(f"WorkGroup {group.name} is disabled.")
    configuration = group.results(request.get("ResultConfiguration") or {})
    folder = configuration.get("OutputLocation")
    if folder:
        _check_bucket(bucket_and_key(folder)[0])
    values = request.get("ExecutionParameters")
    sql, used, action = query, values or [], None
    refusal = _catalog_refusal(context)
    about = prepared_sql.read_statement(query, used)
    if about and not isinstance(about, Execute):
        database = context.get("Database")
        translation, action = prepared_sql.plan(about, group.name, database, prepared)
        refusal = refusal or _count_refusal(0, used)
    else:
        if about:
            if about.values:
                refusal = refusal or _count_refusal(parameters.count(query), used)
            sql, used = prepared_sql.expand(about, used, group.name, prepared)
        needed = parameters.count(sql)
        if needed or about:  # Athena does not mind values that another statement does not take
            refusal = refusal or _count_refusal(needed, used)
        refusal = refusal or _expression_refusal(used)
        sql = sql if refusal else parameters.substitute(sql, used)
        translation = engine.translate(sql, context.get("Database"))
    if translation.has_location and group.enforced and folder:
        raise ApiError(_LOCATION_IS_ENFORCED)
    if translation.fills_result_folder and not folder:
        raise ApiError(_NO_FOLDER)
    return Statement(
        query=query,
        sql=sql,
        translation=translation,
        work_group=group,
        results_folder=folder,
        context=context,
        result_configuration=configuration,
        parameters=values,
        refusal=refusal,
        action=action,
        reuse_minutes=reuse.minutes(request.get("ResultReuseConfiguration") or {}, group),
    )


def _check_bucket(bucket: str) -> None:
    if bucket not in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets:
        raise ApiError(f"Unable to verify/create output bucket {bucket}")


def _catalog_refusal(context: dict[str, str]) -> Failure | None:
    """Answer why the execution will fail, if that is certain; so do the two below."""
    catalog = context.get("Catalog", CATALOG)
    if catalog.lower() != CATALOG:
        return _failure("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist")
    return None


def _count_refusal(needed: int, values: list[str]) -> Failure | None:
    if needed != len(values):
        return _failure(
            "INVALID_PARAMETER_USAGE",
            f"line 1:1: Incorrect number of parameters: expected {needed} but found {len(values)}",
        )
    return None


def _expression_refusal(values: list[str]) -> Failure | None:
    for value in values:
        if isinstance(value, parameters.Expression) and not parameters.is_expression(value):
            message = "line 1:1: Constant expression cannot contain column references"
            return _failure("EXPRESSION_NOT_CONSTANT", message)
    return None


def _failure(name: str, message: str) -> Failure:
    return failure_of(TrinoError(name, message))
