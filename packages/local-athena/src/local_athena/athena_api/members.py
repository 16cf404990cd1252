"""Which members of a request have an effect here; any other one is refused, never forgotten.

A member that is false or empty asks for nothing, and is no reason to refuse.
"""

from collections.abc import Iterator
from typing import Any

from ..language.errors import NotEmulated
from .errors import ApiError

_PAGE = ("NextToken", "MaxResults")
_RESULTS = (
    "OutputLocation",
    "EncryptionConfiguration.EncryptionOption",
    "EncryptionConfiguration.KmsKey",
    "ExpectedBucketOwner",
    "AclConfiguration.S3AclOption",
)
_REMOVALS = (
    "RemoveOutputLocation",
    "RemoveEncryptionConfiguration",
    "RemoveExpectedBucketOwner",
    "RemoveAclConfiguration",
)
# The last three are kept and given back: nothing here publishes, or is paid for; the effective
# version follows from the selected one, as on AWS.
_CONFIGURATION = (
    "EnforceWorkGroupConfiguration",
    "BytesScannedCutoffPerQuery",
    "EngineVersion.SelectedEngineVersion",
    "EngineVersion.EffectiveEngineVersion",
    "PublishCloudWatchMetricsEnabled",
    "RequesterPaysEnabled",
)


def _in(structure: str, *members: str) -> tuple[str, ...]:
    return tuple(f"{structure}.{member}" for member in members)


# By operation, the paths of the members that it takes.
TAKEN: dict[str, tuple[str, ...]] = {
    "StartQueryExecution": (
        *("QueryString", "ClientRequestToken", "WorkGroup", "ExecutionParameters"),
        *_in("QueryExecutionContext", "Database", "Catalog"),
        *_in("ResultConfiguration", *_RESULTS),
        *_in(
            "ResultReuseConfiguration.ResultReuseByAgeConfiguration", "Enabled", "MaxAgeInMinutes"
        ),
    ),
    "GetQueryExecution": ("QueryExecutionId",),
    "BatchGetQueryExecution": ("QueryExecutionIds",),
    "ListQueryExecutions": ("WorkGroup", *_PAGE),
    "StopQueryExecution": ("QueryExecutionId",),
    "GetQueryResults": ("QueryExecutionId", *_PAGE, "QueryResultType"),
    "CreateWorkGroup": (
        *("Name", "Description", "Tags.Key", "Tags.Value"),
        *_in("Configuration", *_CONFIGURATION, *_in("ResultConfiguration", *_RESULTS)),
        "Configuration.ManagedQueryResultsConfiguration.Enabled",
    ),
    "UpdateWorkGroup": (
        *("WorkGroup", "Description", "State"),
        *_in("ConfigurationUpdates", *_CONFIGURATION, "RemoveBytesScannedCutoffPerQuery"),
        *_in("ConfigurationUpdates.ResultConfigurationUpdates", *_RESULTS, *_REMOVALS),
        "ConfigurationUpdates.ManagedQueryResultsConfigurationUpdates.Enabled",
    ),
    "GetWorkGroup": ("WorkGroup",),
    "DeleteWorkGroup": ("WorkGroup", "RecursiveDeleteOption"),
    "ListWorkGroups": _PAGE,
    "TagResource": ("ResourceARN", "Tags.Key", "Tags.Value"),
    "UntagResource": ("ResourceARN", "TagKeys"),
    "ListTagsForResource": ("ResourceARN", *_PAGE),
    "CreatePreparedStatement": ("StatementName", "WorkGroup", "QueryStatement", "Description"),
    "UpdatePreparedStatement": ("StatementName", "WorkGroup", "QueryStatement", "Description"),
    "GetPreparedStatement": ("StatementName", "WorkGroup"),
    "DeletePreparedStatement": ("StatementName", "WorkGroup"),
    "ListPreparedStatements": ("WorkGroup", *_PAGE),
    "GetDataCatalog": ("Name", "WorkGroup"),
    "ListDataCatalogs": ("WorkGroup", *_PAGE),
    "GetDatabase": ("CatalogName", "DatabaseName", "WorkGroup"),
    "ListDatabases": ("CatalogName", "WorkGroup", *_PAGE),
    "GetTableMetadata": ("CatalogName", "DatabaseName", "TableName", "WorkGroup"),
    "ListTableMetadata": ("CatalogName", "DatabaseName", "Expression", "WorkGroup", *_PAGE),
}


def check(operation: str, request: dict[str, Any]) -> None:
    """Refuse a request whose members are not all taken, by the first one that is not."""
    for path in _paths(request):
        if path not in TAKEN[operation]:
            raise ApiError(NotEmulated(f"{operation} with {path}").message)


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for element in value:
            yield from _paths(element, path)
    elif value:
        yield path
