"""The log of requests names what AWS's own logs would name."""

import json

import pytest
from local_athena.request_log import RequestLog, asked_for

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def request(method: str, address: str, **head: str) -> dict[str, str]:
    path, _, query = address.partition("?")
    return {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **head}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (request("POST", "/", HTTP_X_AMZ_TARGET="AWSGlue.GetTable"), ("glue", "GetTable")),
        (
            request("POST", "/", HTTP_X_AMZ_TARGET="AmazonAthena.StopQueryExecution"),
            ("athena", "StopQueryExecution"),
        ),
        (request("POST", "/", CONTENT_TYPE=FORM), ("sts", "")),
        (request("GET", "/"), ("s3", "ListBuckets")),
        (request("GET", "/bucket?list-type=2&prefix="), ("s3", "ListObjectsV2")),
        (request("GET", "/bucket?prefix=a"), ("s3", "ListObjects")),
        (request("GET", "/bucket?location"), ("s3", "GetBucketLocation")),
        (request("POST", "/bucket?delete"), ("s3", "DeleteObjects")),
        (request("GET", "/bucket/a/b"), ("s3", "GetObject")),
        (request("HEAD", "/bucket/a"), ("s3", "HeadObject")),
        (request("PUT", "/bucket/a"), ("s3", "PutObject")),
        (request("DELETE", "/bucket/a"), ("s3", "DeleteObject")),
        (request("POST", "/bucket/a?uploads"), ("s3", "CreateMultipartUpload")),
        (request("PUT", "/bucket/a?partNumber=1&uploadId=x"), ("s3", "UploadPart")),
        (request("POST", "/bucket/a?uploadId=x"), ("s3", "CompleteMultipartUpload")),
        (request("DELETE", "/bucket/a?uploadId=x"), ("s3", "AbortMultipartUpload")),
    ],
)
def test_operation_of_a_request(environ: dict[str, str], expected: tuple[str, str]) -> None:
    assert asked_for(environ) == expected


def test_every_request_is_a_line(tmp_path) -> None:
    log = RequestLog(tmp_path / "requests.jsonl")
    log.add(request("GET", "/bucket/a", HTTP_USER_AGENT="Boto3/1"))
    log.add(request("GET", "/", HTTP_USER_AGENT="aws-sdk-java/2"))
    log.close()
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert lines == [
        {"service": "s3", "operation": "GetObject", "user_agent": "Boto3/1"},
        {"service": "s3", "operation": "ListBuckets", "user_agent": "aws-sdk-java/2"},
    ]
