"""A server of S3 that breaks on order; scripts/upload_landing.py against it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

PROJECT = Path(__file__).resolve().parents[3]
SCRIPT = PROJECT / "scripts" / "upload_landing.py"
BUCKET = "landing-bucket"
PREFIX = "stedi/landing"
URL = f"s3://{BUCKET}/{PREFIX}"
PART_BYTES = 5 << 20  # the smallest that S3 and moto allow
CUSTOMER = "customer/landing/customer-1.json"
ACCELEROMETER = "accelerometer/landing/accelerometer-1.json"
STEP_TRAINER = "step_trainer/landing/step_trainer-1.json"
FILES = {
    CUSTOMER: b'{"invented": "customer"}\n',
    ACCELEROMETER: b'{"invented": "accelerometer"}\n' * 3,
    STEP_TRAINER: b'{"invented": "step_trainer"}\n' * 2,
}
SIZE = sum(map(len, FILES.values()))
# One record of 26 bytes, so that every part differs from the others; three parts, the last short.
LARGE = b"".join(b'{"invented": "%010d"}\n' % number for number in range(450_000))


class S3:
    """Moto's S3 on a free port, with a list of requests and faults to order."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self, True, request_handler=MotoRequestHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.requests: list[str] = []
        self.fault: Callable[[str, dict], Response | None] = lambda *_: None
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __call__(self, environ: dict, start_response: Callable) -> Any:
        what = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        self.requests.append(what)
        answer = self.fault(what, environ) or self._moto
        return answer(environ, start_response)

    def empty(self) -> None:
        """Forget the bucket, requests and faults. (Moto's own reset would forget others' too.)"""
        self.fault = lambda *_: None
        for upload in unfinished():
            client().abort_multipart_upload(
                Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
            )
        bucket = own_session().resource("s3", region_name="us-east-1").Bucket(BUCKET)
        bucket.objects.delete()
        bucket.delete()
        self.requests.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def own_session() -> boto3.Session:
    """A session with credentials, as a test may have taken the variables away."""
    return boto3.Session("testing", "testing")


def client() -> Any:
    """A client of S3 that sees what is really there."""
    return own_session().client(
        "s3", region_name="us-east-1", config=Config(retries={"max_attempts": 0})
    )


def make_root(root: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def put(path: str, content: bytes = b"{}\n", **options: Any) -> None:
    """An object that lies at the destination already."""
    client().put_object(Bucket=BUCKET, Key=f"{PREFIX}/{path}", Body=content, **options)


def there() -> dict[str, bytes]:
    """All objects at the destination."""
    bucket = own_session().resource("s3", region_name="us-east-1").Bucket(BUCKET)
    return {
        item.key.removeprefix(f"{PREFIX}/"): item.get()["Body"].read()
        for item in bucket.objects.all()
    }


def unfinished() -> list:
    """Multipart uploads that were neither completed nor aborted."""
    return client().list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


def sent(s3: S3) -> list[str]:
    """Requests that change something."""
    return [what for what in s3.requests if not what.startswith(("GET", "HEAD"))]


def error_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The last line on stderr, which is the only error."""
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("error: ")] == lines[-1:]
    return lines[-1]


def child(*arguments: str, part_bytes: int = PART_BYTES) -> subprocess.Popen:
    """The script as a process of its own, with small parts."""
    # A process that was started in the background may inherit an ignored SIGINT.
    start = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.path.insert(0, {str(SCRIPT.parent)!r}); from landing_upload.cli import main; "
        f"sys.exit(main(sys.argv[1:], {part_bytes}))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
