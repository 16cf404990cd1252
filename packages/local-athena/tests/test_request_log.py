"""The log of requests names what AWS's own logs would name."""

import io
import json

import pytest
from local_athena.request_log import RequestLog, asked_for, asked_on

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


def on(environ: dict) -> list[str]:
    """What a request names; whoever answers it can still read its body."""
    environ.setdefault("wsgi.input", io.BytesIO())
    body = environ["wsgi.input"].getvalue()
    named = asked_on(environ, *asked_for(environ))
    assert environ["wsgi.input"].read() == body
    return named


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", []),
        ("/bucket/?list-type=2&prefix=a/", ["bucket"]),
        ("/bucket/a/b", ["bucket/a/b"]),
        ("/bucket/a/", ["bucket/a/"]),
        ("/bucket/\u00c3\u00bc", ["bucket/\u00fc"]),  # a WSGI server hands on bytes as Latin-1
    ],
)
def test_bucket_and_key_of_a_request(address: str, expected: list[str]) -> None:
    assert on(request("GET", address)) == expected


@pytest.mark.parametrize(
    ("body", "signature", "asked", "named"),
    [
        (
            b"Action=Publish&TopicArn=arn%3Aaws%3At&Message=b",
            "AWS4-HMAC-SHA256 Credential=testing/20260102/us-east-1/sns/aws4_request, Signature=0",
            ("sns", "Publish"),
            ["arn:aws:t"],
        ),
        (
            b"Action=GetCallerIdentity",
            "AWS4-HMAC-SHA256 Credential=testing/20260102/us-east-1/sts/aws4_request, Signature=0",
            ("sts", "GetCallerIdentity"),
            [],
        ),
        (b"\xff", "", ("", ""), []),
    ],
)
def test_a_form_names_its_operation_and_its_signature_the_service(
    body: bytes, signature: str, asked: tuple[str, str], named: list[str]
) -> None:
    environ = request("POST", "/", CONTENT_TYPE=FORM, HTTP_AUTHORIZATION=signature)
    environ |= {"wsgi.input": io.BytesIO(body)}
    assert asked_for(environ) == asked
    environ["wsgi.input"] = io.BytesIO(body)
    assert on(environ) == named


def test_keys_of_a_request_that_deletes_several() -> None:
    body = (
        b'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<Object><Key>a/b&amp;c</Key></Object><Object><Key>d</Key></Object></Delete>"
    )
    environ = request("POST", "/bucket?delete") | {"wsgi.input": io.BytesIO(body)}
    assert on(environ) == ["bucket/a/b&c", "bucket/d"]


@pytest.mark.parametrize(
    ("target", "members", "expected"),
    [
        ("AWSGlue.GetDatabases", {}, []),
        ("AWSGlue.GetDatabase", {"Name": "d"}, ["d"]),
        ("AWSGlue.CreateDatabase", {"DatabaseInput": {"Name": "d"}}, ["d"]),
        ("AWSGlue.GetTables", {"DatabaseName": "d"}, ["d"]),
        ("AWSGlue.GetTable", {"DatabaseName": "d", "Name": "t"}, ["d/t"]),
        ("AWSGlue.UpdateTable", {"DatabaseName": "d", "TableInput": {"Name": "t"}}, ["d/t"]),
        ("AWSGlue.GetPartitions", {"DatabaseName": "d", "TableName": "t"}, ["d/t"]),
        ("AmazonAthena.StartQueryExecution", {"WorkGroup": "w"}, ["w"]),
        ("AmazonAthena.GetQueryExecution", {"QueryExecutionId": "1"}, []),
        ("AmazonAthena.StartQueryExecution", ["no object"], []),
    ],
)
def test_database_table_or_workgroup_of_a_request(target, members, expected) -> None:
    body = io.BytesIO(json.dumps(members).encode())
    assert on(request("POST", "/", HTTP_X_AMZ_TARGET=target) | {"wsgi.input": body}) == expected


@pytest.mark.parametrize("target", ["AWSGlue.GetTable", "AmazonAthena.GetWorkGroup", ""])
def test_a_garbled_body_names_nothing(target: str) -> None:
    address = "/" if target else "/bucket?delete"
    environ = request("POST", address, HTTP_X_AMZ_TARGET=target)
    assert on(environ | {"wsgi.input": io.BytesIO(b"\xff{")}) == []


def test_every_request_is_a_line(tmp_path) -> None:
    log = RequestLog(tmp_path / "requests.jsonl")
    log.add(request("GET", "/bucket/a", HTTP_USER_AGENT="Boto3/1"))
    log.add(request("GET", "/bucket?list-type=2&prefix=a%2Fb", HTTP_USER_AGENT="aws-sdk-java/2"))
    log.add(request("GET", "/"))
    log.close()
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    keys = ("service", "operation", "resources", "user_agent")
    assert lines == [
        dict(zip(keys, ("s3", "GetObject", ["bucket/a"], "Boto3/1"), strict=True)),
        dict(zip(keys, ("s3", "ListObjectsV2", ["bucket"], "aws-sdk-java/2"), strict=True))
        | {"prefix": "a/b"},
        dict(zip(keys, ("s3", "ListBuckets", [], ""), strict=True)),
    ]
