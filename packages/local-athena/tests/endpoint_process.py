"""An AwsEndpoint in a process of its own: moto keeps its state for a whole process.

No Trino is needed: the statements of its stand-in engine say in JSON what they answer.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from local_athena.athena_api.errors import ApiError, failure_of
from local_athena.aws_endpoint import AwsEndpoint
from local_athena.trino_client import Cancelled, Column, ScanLimitExceeded, TrinoError
from local_athena.trino_statistics import Statistics

SPAWN = multiprocessing.get_context("spawn")
RESULTS = "results"
LOCATION = f"s3://{RESULTS}/athena/"
FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


def eventually(condition: Callable[[], Any]) -> Any:
    """The first true answer of a condition; a broken one ends the test instead of the day."""
    deadline = time.monotonic() + 300
    while not (answer := condition()):
        assert time.monotonic() < deadline, condition
        time.sleep(0.02)
    return answer


def says(
    *rows: list,
    columns: dict[str, str] | None = None,
    kind: tuple[str, str] = ("DML", "SELECT"),
    **more: Any,
) -> str:
    """A statement that answers rows; `more`: see StandInEngine."""
    return json.dumps({"rows": rows, "columns": columns or {}, "kind": kind, **more})


A_ROW = says([1, "x"], [2, None], columns={"id": "integer", "name": "varchar"})


def error(call: Callable, *arguments: Any, **parameters: Any) -> tuple[str, str]:
    """The code and the message of a refused call; Athena adds a code of its own."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **parameters)
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == "InvalidRequestException"
    assert response["AthenaErrorCode"]
    return response["AthenaErrorCode"], response["Error"]["Message"]


class StandInEngine:
    """Does what statements made by `says` say."""

    def translate(self, sql: str, database: str | None) -> SimpleNamespace:
        answer = SimpleNamespace(**json.loads(sql.removesuffix("\n?")))
        if hasattr(answer, "refusal"):
            raise ApiError(answer.refusal, "MALFORMED_QUERY")
        answer.statement_type, answer.substatement_type = answer.kind
        answer.has_location = getattr(answer, "has_location", False)
        answer.fills_result_folder = getattr(answer, "fills_result_folder", False)
        return answer

    def session(self, scan_limit: int | None) -> StandInSession:
        return StandInSession(scan_limit)

    def run(
        self, answer: SimpleNamespace, session: StandInSession, *, glue, s3, result_folder: str
    ) -> Any:
        session.is_open = True
        session.statistics = Statistics(**getattr(answer, "statistics", {}))
        gate = getattr(answer, "gate", None)
        while gate and not Path(gate).exists():
            if session.cancelled.wait(0.01):
                raise Cancelled
        if hasattr(answer, "crash"):
            raise KeyError(answer.crash)
        if hasattr(answer, "error"):
            raise failure_of(TrinoError(*answer.error))
        limit = session.scan_limit
        if limit is not None and session.statistics.scanned_bytes > limit:
            raise ScanLimitExceeded
        return SimpleNamespace(
            columns=tuple(Column(name, type_) for name, type_ in answer.columns.items()),
            rows=answer.rows * getattr(answer, "times", 1),
            update_count=getattr(answer, "count", None),
            files=getattr(answer, "files", None),
        )


class StandInSession:
    def __init__(self, scan_limit: int | None) -> None:
        self.scan_limit = scan_limit
        self.statistics = Statistics()
        self.cancelled = threading.Event()
        self.is_open = False

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.is_open = False


class EndpointProcess(ExitStack):
    """The endpoint, for as long as the context."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__()
        self.folder = folder
        self._options = options

    def __enter__(self) -> EndpointProcess:
        self._pipe, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=_serve, args=(theirs, self.folder, self._options))
        process.start()
        theirs.close()
        self.callback(process.join)
        self.callback(self._pipe.close)
        self.url = self._answer()
        self.client("s3").create_bucket(Bucket=RESULTS)
        return self

    def client(self, service: str, **config: Any) -> Any:
        """A plain boto3 client that tries everything once."""
        return boto3.Session().client(
            service,
            endpoint_url=self.url,
            region_name=config.pop("region_name", "us-east-1"),
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, proxies={}, **config),
        )

    def run(self, function: Callable, *arguments: Any) -> Any:
        """Run a function of a test module in the process of the endpoint."""
        self._pipe.send((function, arguments))
        return self._answer()

    def _answer(self) -> Any:
        worked, value = self._pipe.recv()
        assert worked, value
        return value


def _serve(pipe, folder: Path, options: dict[str, Any]) -> None:
    endpoint = AwsEndpoint(trino_port=1, log_folder=folder, engine=StandInEngine(), **options)
    endpoint.start()
    pipe.send((True, endpoint.url))
    try:
        while True:
            function, arguments = pipe.recv()
            try:
                pipe.send((True, function(*arguments)))
            except BaseException:
                pipe.send((False, traceback.format_exc()))
    except EOFError:
        endpoint.stop()


class Queries:
    """Query executions by plain boto3."""

    def __init__(self, athena, location: str = LOCATION) -> None:
        self.athena = athena
        self.location = location

    def start(self, sql: str, **request: Any) -> str:
        """Start a query; its id."""
        request.setdefault("ResultConfiguration", {"OutputLocation": self.location})
        return self.athena.start_query_execution(QueryString=sql, **request)["QueryExecutionId"]

    def get(self, execution_id: str) -> dict[str, Any]:
        """What GetQueryExecution says."""
        answer = self.athena.get_query_execution(QueryExecutionId=execution_id)
        return answer["QueryExecution"]

    def wait(self, execution_id: str, *states: str) -> dict[str, Any]:
        """What GetQueryExecution says once the state is one of these, by default a final one."""

        def reached() -> dict[str, Any] | None:
            execution = self.get(execution_id)
            if execution["Status"]["State"] in (states or FINAL):
                return execution
            assert execution["Status"]["State"] not in FINAL, execution["Status"]
            return None

        return eventually(reached)

    def run(self, sql: str, **request: Any) -> dict[str, Any]:
        """Run a query to its end."""
        return self.wait(self.start(sql, **request))

    def results(self, execution_id: str, **request: Any) -> dict[str, Any]:
        """What GetQueryResults says."""
        return self.athena.get_query_results(QueryExecutionId=execution_id, **request)

    def values(self, sql: str, **request: Any) -> list[list[str | None]]:
        """The rows of a query that succeeds, with the header."""
        execution = self.run(sql, **request)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return rows_of(self.results(execution["QueryExecutionId"]))


def rows_of(results: dict[str, Any]) -> list[list[str | None]]:
    """The values of a page."""
    return [
        [datum.get("VarCharValue") for datum in row["Data"]] for row in results["ResultSet"]["Rows"]
    ]
