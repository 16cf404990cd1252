"""Which AWS operations the endpoint was asked for, and by whom: a JSON object a line.

It shows what a client needs to be allowed to do, as CloudTrail would.
"""

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

# S3 names no operation in a request: it is what method, path and query say.
_OF_BUCKET = {"GET": "ListObjects", "HEAD": "HeadBucket", "PUT": "CreateBucket"}
_OF_OBJECT = {
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "PUT": "PutObject",
    "DELETE": "DeleteObject",
}
_OF_UPLOAD = {
    "GET": "ListParts",
    "PUT": "UploadPart",
    "POST": "CompleteMultipartUpload",
    "DELETE": "AbortMultipartUpload",
}
_BY_QUERY = {
    ("GET", "list-type"): "ListObjectsV2",
    ("GET", "location"): "GetBucketLocation",
    ("POST", "delete"): "DeleteObjects",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("GET", "uploads"): "ListMultipartUploads",
}


class RequestLog:
    """A file that every request adds a line to; safe for threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._writing = threading.Lock()

    def add(self, environ: dict[str, Any]) -> None:
        """Add the request of a WSGI environment."""
        service, operation = asked_for(environ)
        line = {
            "service": service,
            "operation": operation,
            "user_agent": environ.get("HTTP_USER_AGENT", ""),
        }
        with self._writing:
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def asked_for(environ: dict[str, Any]) -> tuple[str, str]:
    """Return service and operation: ("glue", "GetTable"). STS, a form, is ("sts", "")."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        service, _, operation = target.rpartition(".")
        return service.removeprefix("AWS").removeprefix("Amazon").lower(), operation
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return "sts", ""
    method, query = environ["REQUEST_METHOD"], parse_qs(environ["QUERY_STRING"], True)
    for name in query:
        if (method, name) in _BY_QUERY:
            return "s3", _BY_QUERY[method, name]
    bucket_and_key = environ["PATH_INFO"].strip("/").partition("/")
    if "uploadId" in query:
        return "s3", _OF_UPLOAD.get(method, method)
    if bucket_and_key[2]:
        return "s3", _OF_OBJECT.get(method, method)
    return "s3", _OF_BUCKET.get(method, method) if bucket_and_key[0] else "ListBuckets"
