"""Runs query executions, a bounded number of them at the same time."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..language.error_types import ErrorType
from ..s3_locations import bucket_and_key
from ..trino_client import Cancelled, ScanLimitExceeded
from .errors import SYSTEM, Failure, with_advice
from .executions import CANCELLED, FAILED, SUCCEEDED, Execution
from .result_files import ResultFile, manifest_location, put
from .result_metadata import result_metadata
from .result_settings import put_options
from .results import Result, build

BY_USER = "Query cancelled by user"
BY_SCAN_LIMIT = "Bytes scanned limit was exceeded"

log = logging.getLogger("local_athena.aws_endpoint")


class Runner:
    """Takes executions in the order of their submission."""

    def __init__(self, engine: Any, *, glue: Any, s3: Any, concurrent_queries: int) -> None:
        self._engine, self._glue, self._s3 = engine, glue, s3
        self._pool = ThreadPoolExecutor(concurrent_queries, thread_name_prefix="athena-query")

    def submit(self, execution: Execution) -> None:
        """Run an execution as soon as there is room."""
        self._pool.submit(self._run, execution)

    def is_there(self, location: str) -> bool:
        """Say whether the file of a result is in S3."""
        bucket, key = bucket_and_key(location)
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError:
            return False
        return True

    def stop(self, execution: Execution) -> None:
        """Cancel an execution, wherever it is; a finished one stays as it is."""
        if execution.finish(CANCELLED, reason=BY_USER):
            execution.session.cancel()

    def close(self) -> None:
        """Wait for what runs; the caller has stopped it."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, execution: Execution) -> None:
        if not execution.begin():
            return
        try:
            execution.finish(SUCCEEDED, result=self._result(execution))
        except Cancelled:
            execution.finish(CANCELLED, reason=BY_USER)
        except ScanLimitExceeded:
            execution.finish(CANCELLED, reason=BY_SCAN_LIMIT)
        except Failure as failure:
            execution.finish(FAILED, reason=failure.reason, failure=failure)
        except Exception as error:
            log.exception("query execution %s", execution.id)
            failure = Failure(f"INTERNAL_ERROR: {error!r}", ErrorType.ENGINE, SYSTEM)
            execution.finish(FAILED, reason=failure.reason, failure=failure)
        finally:
            execution.session.close()

    def _result(self, execution: Execution) -> Result:
        statement = execution.statement
        substatement = statement.substatement
        try:
            if statement.refusal:
                raise statement.refusal
            outcome = (
                statement.action()
                if statement.action
                else self._engine.run(
                    statement.translation,
                    execution.session,
                    glue=self._glue,
                    s3=self._s3,
                    result_folder=f"{execution.location}/",
                )
            )
        except Failure as failure:
            raise with_advice(failure, substatement, execution.location) from failure
        result, file = build(outcome, substatement)
        if execution.location:
            try:
                self._write(execution, result, file, outcome.files)
            except (BotoCoreError, ClientError) as error:
                reason = f"Cannot write the result to {execution.location}: {error}"
                raise Failure(reason, ErrorType.UNWRITABLE_RESULT, SYSTEM) from error
        return result

    def _write(
        self,
        execution: Execution,
        result: Result,
        file: ResultFile | None,
        written: list[str] | None,
    ) -> None:
        """Write the files of a result: its rows, its columns, the list of what it wrote."""
        location = execution.location
        options = put_options(execution.statement.result_configuration)
        if file:
            file.upload(self._s3, location, options)
        metadata = result_metadata(execution.id, result.columns)
        put(self._s3, f"{location}.metadata", metadata, options)
        if written is not None:
            manifest = manifest_location(location)
            put(self._s3, manifest, "".join(f"{file}\n" for file in written).encode(), options)
            execution.manifest = manifest
