"""The AWS of the local Athena: S3, Glue and STS by moto, the Athena API over Trino.

Everything is served on one port of 127.0.0.1 and lives as long as the endpoint. moto keeps its data
and takes its patches for the whole process, so that a process can have one endpoint at a time.
"""

import functools
import json
import logging
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wsgi import get_input_stream

from . import moto_patches, open_files
from .athena_api import AthenaApi
from .athena_api.engine import Engine
from .environment import REGION, set_variables
from .request_log import FILE_NAME, RequestLog

ACCESS_KEY = SECRET_KEY = "testing"
# Larger S3 objects lie on disk; moto's own limit is 5 MiB, with which a data set in files of a few
# MiB would fill the memory. One on disk is an open file, so Iceberg's small ones stay in memory.
BODIES = {"MOTO_S3_DEFAULT_KEY_BUFFER_SIZE": str(1024 * 1024)}


class AwsEndpoint:
    """The endpoint; `port` is 0 until `start`."""

    _of_this_process = threading.Lock()

    def __init__(
        self,
        *,
        trino_port: int,
        log_folder: Path,
        engine: Engine | None = None,
        concurrent_queries: int = 8,
    ) -> None:
        self.port = 0
        self._log_folder = Path(log_folder)
        self._engine = engine or Engine(trino_port)
        self._concurrent_queries = concurrent_queries
        self._undo = ExitStack()

    @property
    def url(self) -> str:
        """What to put into AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """Make a boto3 client of this endpoint, whatever the environment says."""
        return boto3.Session().client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 2}),
        )

    def start(self) -> "AwsEndpoint":
        """Serve, with no data at all."""
        if not self._of_this_process.acquire(blocking=False):
            raise RuntimeError("A process can have one AwsEndpoint at a time.")
        open_files.allow_many()
        with ExitStack() as undo:
            undo.callback(self._of_this_process.release)
            undo.enter_context(set_variables(BODIES))
            log = self._open_log(undo)
            undo.callback(moto_patches.undo_all)
            moto_patches.apply_all()
            moto_api_backend.reset()
            undo.callback(moto_api_backend.reset)
            requests = RequestLog(self._log_folder / FILE_NAME)
            undo.callback(requests.close)
            router = _Router(log, requests)
            server = make_server(
                "127.0.0.1", 0, router, threaded=True, request_handler=_RequestHandler
            )
            undo.callback(server.server_close)
            self.port = server.server_port
            router.athena = AthenaApi(
                self._engine,
                glue=self.client("glue"),
                s3=self.client("s3"),
                concurrent_queries=self._concurrent_queries,
            )
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            undo.callback(server.shutdown)
            undo.callback(router.athena.stop)
            self._undo = undo.pop_all()
        return self

    def stop(self) -> None:
        """Cancel what runs, stop serving, forget all data."""
        self._undo.close()

    def _open_log(self, undo: ExitStack) -> logging.Logger:
        log = logging.getLogger(__name__)
        log.propagate = False
        handler = logging.FileHandler(self._log_folder / "aws_endpoint.log", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        undo.callback(handler.close)
        undo.callback(log.removeHandler, handler)
        return log


class _RequestHandler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Write what werkzeug prints, but for the line it prints for each request."""
        if type == "error":
            logging.getLogger(__name__).error(message, *args)


class _Router:
    """Hands a request to the Athena API or to moto, and answers for what neither caught."""

    athena: AthenaApi

    def __init__(self, log: logging.Logger, requests: RequestLog) -> None:
        self._log = log
        self._requests = requests
        self._moto = DomainDispatcherApplication(create_backend_app)
        # moto tries the addresses of all its services one after the other, for each request.
        self._moto.get_backend_for_host = functools.cache(self._moto.get_backend_for_host)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        environ["wsgi.input"] = get_input_stream(environ)  # which ends where the body does
        try:
            self._requests.add(environ)
            if self.athena.answers(target):
                return self.athena(environ, start_response)
            return self._moto(environ, start_response)
        except Exception as error:
            self._log.exception("%s %s", environ["REQUEST_METHOD"], target or environ["PATH_INFO"])
            start_response("500 Internal Server Error", [("Content-Type", "application/json")])
            problem = {"__type": "InternalServerException", "Message": repr(error)}
            return [json.dumps(problem).encode()]
