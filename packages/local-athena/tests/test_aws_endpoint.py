"""The endpoint as a whole: one port for every service, data of its own, a log of what failed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from .endpoint_process import RESULTS, EndpointProcess, Queries, says

PACKAGE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with EndpointProcess(tmp_path_factory.mktemp("endpoint")) as endpoint:
        yield endpoint


def in_a_process(code: str, folder: Path) -> dict:
    """What a program with endpoints of its own prints."""
    program = f"""
import json, pathlib, sys
sys.path.insert(0, {str(PACKAGE)!r})
from tests.endpoint_process import StandInEngine
from local_athena.aws_endpoint import AwsEndpoint
def new():
    folder = pathlib.Path({str(folder)!r})
    return AwsEndpoint(trino_port=1, log_folder=folder, engine=StandInEngine())
{code}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # it is quiet
    return json.loads(done.stdout)


def test_all_services_are_on_one_port(endpoint) -> None:
    assert endpoint.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert endpoint.client("glue").get_databases()["DatabaseList"] == []
    assert RESULTS in {b["Name"] for b in endpoint.client("s3").list_buckets()["Buckets"]}
    queries = Queries(endpoint.client("athena"))
    assert queries.values(says([1], columns={"a": "integer"})) == [["a"], ["1"]]


def test_two_endpoints_of_a_process_share_nothing(tmp_path) -> None:
    seen = in_a_process(
        """
from botocore.exceptions import ClientError
seen = {}
for name in ("one", "two"):
    endpoint = new().start()
    s3, glue, athena = map(endpoint.client, ("s3", "glue", "athena"))
    groups = athena.list_work_groups()["WorkGroups"]
    seen[name] = [
        s3.list_buckets()["Buckets"],
        glue.get_databases()["DatabaseList"],
        [group["Name"] for group in groups],
        athena.list_query_executions()["QueryExecutionIds"],
    ]
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a", Body=b"a")
    glue.create_database(DatabaseInput={"Name": "d"})
    athena.create_work_group(Name="w")
    athena.start_query_execution(
        QueryString=json.dumps({"rows": [], "columns": {}, "kind": ["DML", "SELECT"]}),
        ResultConfiguration={"OutputLocation": "s3://bucket/"},
    )
    endpoint.stop()
print(json.dumps(seen))
""",
        tmp_path,
    )
    assert seen == {"one": [[], [], ["primary"], []], "two": [[], [], ["primary"], []]}


def test_an_endpoint_may_hold_many_files_open(tmp_path) -> None:
    limits = in_a_process(
        """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
endpoint = new().start()
print(json.dumps([*resource.getrlimit(resource.RLIMIT_NOFILE), hard]))
endpoint.stop()
""",
        tmp_path,
    )
    soft, hard, hard_before = limits
    assert soft > 200
    assert hard == hard_before


def test_a_failing_request_is_written_down(endpoint) -> None:
    log = endpoint.folder / "aws_endpoint.log"
    before = log.read_text()
    s3 = endpoint.client("s3")
    with pytest.raises(ClientError):
        s3.head_object(Bucket=RESULTS, Key="missing")  # nothing is wrong with this
    assert log.read_text() == before
    signature = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/glue/aws4_request, b"
    headers = {"X-Amz-Target": "AWSGlue.GetTable", "Authorization": signature}
    answer = requests.post(endpoint.url, data=b"no JSON", headers=headers)
    assert answer.status_code == 500
    assert answer.json()["__type"] == "InternalServerException"
    written = log.read_text().removeprefix(before)
    assert "POST AWSGlue.GetTable" in written
    assert "Traceback" in written


def test_objects_come_back_as_they_went(endpoint) -> None:
    s3 = endpoint.client("s3")
    body = bytes(range(256)) * 40_000  # 10 MB, in parts
    s3.upload_fileobj(Fileobj=io.BytesIO(body), Bucket=RESULTS, Key="large")
    for checksum in ("CRC32", "SHA256"):
        s3.put_object(Bucket=RESULTS, Key="small", Body=b"abc", ChecksumAlgorithm=checksum)
        assert s3.get_object(Bucket=RESULTS, Key="small")["Body"].read() == b"abc"
    assert s3.get_object(Bucket=RESULTS, Key="large")["Body"].read() == body
    part = s3.get_object(Bucket=RESULTS, Key="large", Range="bytes=255-257")
    assert part["Body"].read() == b"\xff\x00\x01"
    assert s3.head_object(Bucket=RESULTS, Key="large")["ContentLength"] == len(body)
    s3.put_object(Bucket=RESULTS, Key="on disk", Body=bytes(2 * 1024 * 1024))
    assert endpoint.run(is_on_disk, "on disk")


def is_on_disk(key: str) -> bool:
    return s3_backends["123456789012"]["aws"].get_object(RESULTS, key)._value_buffer._rolled
