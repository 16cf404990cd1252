"""The Athena API: query executions and the catalog, of one endpoint."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from . import members
from .catalog import Catalog
from .errors import ApiError
from .operations import Operations
from .prepared import PreparedStatements
from .registry import Registry
from .runner import Runner
from .work_group_operations import WorkGroupOperations
from .work_groups import WorkGroups

_TARGET = "AmazonAthena."


class AthenaApi:
    """A WSGI application for the requests that it `answers`."""

    def __init__(self, engine: Any, *, glue: Any, s3: Any, concurrent_queries: int) -> None:
        runner = Runner(engine, glue=glue, s3=s3, concurrent_queries=concurrent_queries)
        registry, groups = Registry(), WorkGroups()
        prepared = PreparedStatements(engine, groups)
        self._queries = Operations(engine, runner, registry, groups, prepared)
        self._operations = {
            **self._queries.operations(),
            **WorkGroupOperations(groups, self._queries, prepared).operations(),
            **prepared.operations(),
            **Catalog(glue, groups).operations(),
        }

    def answers(self, target: str) -> bool:
        """Say whether a request is for Athena, given its X-Amz-Target."""
        return target.startswith(_TARGET)

    def stop(self) -> None:
        """Cancel all queries."""
        self._queries.close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        operation = environ["HTTP_X_AMZ_TARGET"].removeprefix(_TARGET)
        try:
            status, answer = "200 OK", self._answer(operation, _body(environ))
        except ApiError as error:
            status, answer = "400 Bad Request", error.body
        body = answer if isinstance(answer, bytes) else json.dumps(answer, default=str).encode()
        headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Content-Length", str(len(body))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response(status, headers)
        return [body]

    def _answer(self, operation: str, request: dict[str, Any]) -> Any:
        if operation not in self._operations:
            message = f"Not available locally: {operation}"
            raise ApiError(message, None, "UnknownOperationException")
        members.check(operation, request)
        return self._operations[operation](request)


class _Request(dict):
    """A request's members; asking for one that must be there and is not is an error."""

    def __missing__(self, name: str) -> Any:
        member = name[0].lower() + name[1:]
        raise ApiError(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
            "Member must not be null"
        )


def _body(environ: dict[str, Any]) -> _Request:
    try:
        members = json.loads(environ["wsgi.input"].read())
        return _Request({name: v for name, v in members.items() if v is not None})
    except (ValueError, AttributeError):
        raise ApiError("The request is not a JSON object", None, "SerializationException") from None
