"""AWS in memory, for tests of scripts: its answers are to order, what was asked for is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from stedi import athena

ID = "11111111-2222-3333-4444-555555555555"
LOADER = cache(botocore.session.create_loader)
Cell = str | None


class Refusal(Exception):
    """An error of AWS: its code, its message."""


class Fake:
    """Sees the requests of one service; `before` may refuse them."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict]] = []
        self.before: Callable[[str, dict], object] = lambda operation, request: None

    def see(self, model: Any, params: dict, **_: Any) -> tuple | None:
        """Handle botocore's event before-call: a response, or None to ask the service."""
        request = params | self.arguments(params)
        self.requests.append((model.name, request))
        try:
            self.before(model.name, request)
            parsed = self.answer(model.name, request)
        except Refusal as refusal:
            code, message = refusal.args
            parsed = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {}}
            return SimpleNamespace(status_code=400), parsed
        return None if parsed is None else (SimpleNamespace(status_code=200), parsed)

    def arguments(self, params: dict) -> dict:
        return {}

    def answer(self, operation: str, request: dict) -> dict | None:
        return None

    def asked(self, operation: str) -> list[dict]:
        """The requests of a kind."""
        return [request for name, request in self.requests if name == operation]

    def refuse(self, operation: str, code: str, message: str, times: int = 1000) -> None:
        """Refuse an operation so many times."""
        left = [times]

        def before(asked: str, _: dict) -> None:
            if asked == operation and left[0]:
                left[0] -= 1
                raise Refusal(code, message)

        self.before = before


class S3(Fake):
    """Moto's S3 with one bucket, after what `before` says."""

    bucket, prefix = "landing-bucket", "stedi/landing"
    url = f"s3://{bucket}/{prefix}"

    def __init__(self) -> None:
        super().__init__()
        self.client = boto3.client("s3")
        self.client.create_bucket(Bucket=self.bucket)

    @property
    def sent(self) -> list[str]:
        """The operations that change something."""
        return [name for name, _ in self.requests if not name.startswith(("List", "Head"))]

    def put(self, path: str, content: bytes = b"{}\n", **how: Any) -> None:
        """Have an object at the destination."""
        self.client.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{path}", Body=content, **how)

    def head(self, path: str) -> dict:
        """What is known of an object."""
        place = {"Bucket": self.bucket, "Key": f"{self.prefix}/{path}"}
        return self.client.head_object(**place, ChecksumMode="ENABLED")

    def objects(self) -> dict[str, bytes]:
        """All objects, by their path below the destination."""
        bucket = boto3.resource("s3").Bucket(self.bucket)
        return {
            item.key.removeprefix(f"{self.prefix}/"): item.get()["Body"].read()
            for item in bucket.objects.all()
        }

    def unfinished(self) -> list:
        """Uploads in parts that were neither completed nor aborted."""
        return self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])


class Athena(Fake):
    """One query of Athena: its states, its statistics, its result."""

    def __init__(self) -> None:
        super().__init__()
        self.states = ["QUEUED", "RUNNING", "SUCCEEDED"]
        self.reason: str | None = None
        self.kind, self.subkind = "DML", "SELECT"
        self.scanned_bytes = 0
        self.columns: list[tuple[str, str]] = [("_col0", "integer")]
        self.rows: list[list[Cell]] = [["1"]]
        self.has_header = True
        self.written_rows: int | None = None
        self.longest_page = 1000

    def arguments(self, params: dict) -> dict:
        return json.loads(params["body"])

    def answer(self, operation: str, request: dict) -> dict:
        return getattr(self, operation)(request)

    def StartQueryExecution(self, request: dict) -> dict:
        return {"QueryExecutionId": ID}

    def StopQueryExecution(self, request: dict) -> dict:
        return {}

    def GetQueryExecution(self, request: dict) -> dict:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        execution = {
            "QueryExecutionId": ID,
            "Query": "select 1",
            "StatementType": self.kind,
            "SubstatementType": self.subkind,
            "Status": {"State": state, "StateChangeReason": self.reason},
            "Statistics": {"DataScannedInBytes": self.scanned_bytes},
        }
        return {"QueryExecution": execution}

    def GetQueryResults(self, request: dict) -> dict:
        rows = [[name for name, _ in self.columns]] * self.has_header + self.rows
        start = int(request.get("NextToken", 0))
        end = start + min(request["MaxResults"], self.longest_page)
        data = [
            {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
            for row in rows[start:end]
        ]
        shape = {"Precision": 0, "Scale": 0, "Nullable": "UNKNOWN"}
        columns = [{"Name": name, "Type": kind} | shape for name, kind in self.columns]
        result = {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": columns}}}
        result |= {} if self.written_rows is None else {"UpdateCount": self.written_rows}
        return result | ({"NextToken": str(end)} if end < len(rows) else {})


def lead_to(
    fake: Fake | None, service: str, monkeypatch: pytest.MonkeyPatch, home: Path, **variables: str
) -> None:
    """Make the environment of a user who has keys and a region, and whose AWS is the fake.

    It sees the requests of one service, or of all ("").
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "STEDI_"))]:
        monkeypatch.delenv(name)
    variables = {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(home),
    } | variables
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    # Botocore reads its descriptions of AWS's services once, not for each of the sessions.
    monkeypatch.setattr(botocore.session, "create_loader", LOADER)
    make_session = boto3.Session

    def session(**how: Any) -> boto3.Session:
        made = make_session(**how)
        if fake:
            made.events.register(f"before-call.{service}".rstrip("."), fake.see)
        return made

    monkeypatch.setattr(athena.boto3, "Session", session)
    monkeypatch.setattr(athena, "POLL_SECONDS", 0)
