"""StartQueryExecution: what of a request is refused at once, in Athena's order."""

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from ..s3_locations import bucket_and_key
from ..trino_client import TrinoError
from . import parameters, work_groups
from .errors import ApiError, Failure, constraint, failure_of
from .executions import Statement

CATALOG = "awsdatacatalog"
TOKEN_LENGTH = 32, 128

# As observed on AWS (dbt-athena/dbt-athena#176).
_LOCATION_IS_ENFORCED = (
    "The Create Table As Select query failed because it was submitted with an 'external_location' "
    "property to an Athena Workgroup that enforces a centralized output location for all queries. "
    "Please remove the 'external_location' property and resubmit the query."
)


def statement_of(request: dict[str, Any], engine: Any) -> Statement:
    """Check a request and translate its statement."""
    query = request["QueryString"]
    _check_token(request.get("ClientRequestToken"))
    context = request.get("QueryExecutionContext") or {}
    configuration = request.get("ResultConfiguration") or {}
    work_group = work_groups.find(request.get("WorkGroup"))
    folder = work_group.location(configuration.get("OutputLocation"))
    _check_bucket(bucket_and_key(folder)[0])
    values = request.get("ExecutionParameters")
    refusal = _refusal(query, values or [], context)
    sql = query if refusal else parameters.substitute(query, values or [])
    translation = engine.translate(sql, context.get("Database"))
    if translation.has_location and work_group.enforced:
        raise ApiError(_LOCATION_IS_ENFORCED)
    return Statement(
        query=query,
        translation=translation,
        work_group=work_group,
        results_folder=folder,
        context=context,
        result_configuration=configuration,
        parameters=values,
        refusal=refusal,
    )


def _check_token(token: str | None) -> None:
    if token is None:
        raise ApiError("clientRequestToken is null or empty")
    least, most = TOKEN_LENGTH
    if len(token) < least:
        raise constraint("clientRequestToken", f"length greater than or equal to {least}")
    if len(token) > most:
        raise constraint("clientRequestToken", f"length less than or equal to {most}")


def _check_bucket(bucket: str) -> None:
    if bucket not in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets:
        raise ApiError(f"Unable to verify/create output bucket {bucket}")


def _refusal(query: str, values: list[str], context: dict[str, str]) -> Failure | None:
    """Answer why the execution will fail, if that is certain."""
    catalog = context.get("Catalog", CATALOG)
    if catalog.lower() != CATALOG:
        return _failure("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist")
    needed = parameters.count(query)
    if needed and needed != len(values):
        return _failure(
            "INVALID_PARAMETER_USAGE",
            f"line 1:1: Incorrect number of parameters: expected {needed} but found {len(values)}",
        )
    return None


def _failure(name: str, message: str) -> Failure:
    return failure_of(TrinoError(name, message))
