"""Which AWS operations the endpoint was asked for, on what, and by whom: a JSON object a line.

It shows what a client needs to be allowed to do, as CloudTrail would.
"""

import io
import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl
from xml.etree import ElementTree

FILE_NAME = "requests.jsonl"

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
        """Add the request of a WSGI environment, whose body can still be read afterwards."""
        service, operation = asked_for(environ)
        line = {
            "service": service,
            "operation": operation,
            "resources": asked_on(environ, service, operation),
            "user_agent": environ.get("HTTP_USER_AGENT", ""),
        }
        if operation in ("ListObjects", "ListObjectsV2"):
            line["prefix"] = _query(environ).get("prefix", [""])[0]
        with self._writing:
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def asked_for(environ: dict[str, Any]) -> tuple[str, str]:
    """Return service and operation: ("glue", "GetTable")."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        service, _, operation = target.rpartition(".")
        return service.removeprefix("AWS").removeprefix("Amazon").lower(), operation
    if _is_form(environ):  # of which the signature names the service: key/day/region/service/…
        signed = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
        return signed[3] if len(signed) > 3 else "", _form(environ).get("Action", "")
    method, query = environ["REQUEST_METHOD"], _query(environ)
    for name in query:
        if (method, name) in _BY_QUERY:
            return "s3", _BY_QUERY[method, name]
    bucket_and_key = _path(environ).partition("/")
    if "uploadId" in query:
        return "s3", _OF_UPLOAD.get(method, method)
    if bucket_and_key[2]:
        return "s3", _OF_OBJECT.get(method, method)
    return "s3", _OF_BUCKET.get(method, method) if bucket_and_key[0] else "ListBuckets"


def asked_on(environ: dict[str, Any], service: str, operation: str) -> list[str]:
    """Return what a request names: bucket, bucket/key, database, database/table, workgroup, topic.

    Several where it names several keys; none where it names nothing, or has a garbled body.
    """
    if service == "s3":
        path = _path(environ)
        if operation == "DeleteObjects":
            return [f"{path}/{key}" for key in _keys(_body(environ))]
        return [path] if path else []
    if service == "sns":
        return [topic] if (topic := _form(environ).get("TopicArn")) else []
    if service not in ("athena", "glue"):
        return []
    try:
        named = json.loads(_body(environ))
        return _in_catalog(named, operation) if service == "glue" else [named["WorkGroup"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _in_catalog(named: dict[str, Any], operation: str) -> list[str]:
    """Return the database, or database/table, of a request to Glue."""
    if operation.endswith("Database"):
        return [named.get("Name") or named["DatabaseInput"]["Name"]]
    table = named.get("TableName") or named.get("TableInput", {}).get("Name")
    if not table and operation.endswith("Table"):
        table = named["Name"]
    return ["/".join(filter(None, (named["DatabaseName"], table)))]


def _keys(body: bytes) -> list[str]:
    """Return the keys that a DeleteObjects names."""
    try:
        found = ElementTree.fromstring(body).iterfind("{*}Object/{*}Key")
    except ElementTree.ParseError:
        return []
    return [key.text or "" for key in found]


def _path(environ: dict[str, Any]) -> str:
    """Return bucket/key. A slash at a key's end is part of it; WSGI hands bytes over as Latin-1."""
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace").lstrip("/")
    bucket, _, key = path.partition("/")
    return path if key else bucket


def _is_form(environ: dict[str, Any]) -> bool:
    return environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")


def _form(environ: dict[str, Any]) -> dict[str, str]:
    return dict(parse_qsl(_body(environ).decode(errors="replace")))


def _query(environ: dict[str, Any]) -> dict[str, list[str]]:
    return parse_qs(environ["QUERY_STRING"], True)


def _body(environ: dict[str, Any]) -> bytes:
    """Return a request's body, and put it back for who answers."""
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    return body
