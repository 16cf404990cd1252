"""scripts/upload_landing.py when S3 refuses, or somebody interrupts."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest
from landing_upload import cli
from landing_upload.crew import WORKERS
from landing_upload.destination import Address
from s3_server import (
    CUSTOMER,
    FILES,
    LARGE,
    PART_BYTES,
    S3,
    URL,
    child,
    error_line,
    make_root,
    sent,
    there,
    unfinished,
)
from werkzeug.wrappers import Response

# Errors


@pytest.mark.parametrize("name", ["missing", "without feeds", "with empty feeds"])
def test_a_root_without_landing_data_is_refused(s3: S3, tmp_path: Path, capsys, name: str) -> None:
    root = tmp_path / name
    if name != "missing":
        (root / "customer").mkdir(parents=True)
    if name == "with empty feeds":
        (root / "customer/landing").mkdir()
    assert cli.main([str(root), URL]) == 1
    said = "holds no file that a build reads" if "empty" in name else "is missing or holds none of"
    assert f"{root} {said}" in (line := error_line(capsys)) and "customer/landing" in line


def test_a_missing_bucket_is_named(s3: S3, root: Path, capsys) -> None:
    assert cli.main([str(root), "s3://no-such-bucket/x"]) == 1
    line = error_line(capsys)
    assert "s3://no-such-bucket cannot be listed" in line and "aws s3 mb" in line


def denied(*_: object) -> Response:
    body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return Response(body, status=403, content_type="application/xml")


@pytest.mark.parametrize(
    ("method", "right"), [("GET", "ListBucket"), ("PUT", "PutObject"), ("HEAD", "GetObject")]
)
def test_a_missing_permission_is_named(upload, s3: S3, capsys, method: str, right: str) -> None:
    s3.fault = lambda what, _: denied() if what.startswith(method) else None
    assert upload() == 1
    assert f"which takes s3:{right}" in error_line(capsys)


def test_the_first_error_stops_the_rest(s3: S3, tmp_path: Path, capsys) -> None:
    files = {f"customer/landing/{number}.json": b"{}" for number in range(200)}
    s3.fault = lambda what, _: denied() if what.startswith("PUT") else None
    assert cli.main([str(make_root(tmp_path / "many", files)), URL]) == 1
    assert len([what for what in s3.requests if what.startswith("PUT")]) <= WORKERS
    error_line(capsys)


def test_a_part_that_is_refused_leaves_no_parts(upload, s3: S3, root: Path) -> None:
    make_root(root, {CUSTOMER: LARGE})
    s3.fault = lambda what, _: denied() if "partNumber=2" in what else None
    assert upload() == 1
    assert unfinished() == [] and CUSTOMER not in there()


def test_parts_that_s3_does_not_let_go_are_told(upload, s3: S3, root: Path, capsys) -> None:
    make_root(root, {CUSTOMER: LARGE})
    s3.fault = lambda what, _: (
        denied() if "partNumber=2" in what or what.startswith("DELETE") else None
    )
    assert upload() == 1
    assert "aws s3api abort-multipart-upload" in capsys.readouterr().err
    assert len(unfinished()) == 1


@pytest.mark.parametrize(
    "url",
    ["landing-bucket/x", "s3://", "s3:///x", "https://x/y", "s3://A/b", "s3://abc//d", "s3://ab/c"],
)
def test_an_address_must_be_on_s3(s3: S3, root: Path, capsys, url: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(root), url])
    assert stopped.value.code == 2
    assert "S3_URL" in capsys.readouterr().err
    assert s3.requests == []


def test_addresses_are_spelt_without_a_slash_at_the_end() -> None:
    assert Address("bucket", "").url() == "s3://bucket"
    assert Address("bucket", "").url("a") == "s3://bucket/a"
    assert Address("bucket", "x/y").url("a") == "s3://bucket/x/y/a"


@pytest.mark.parametrize(
    ("variable", "said"), [("AWS_REGION", "AWS_REGION"), ("AWS_ACCESS_KEY_ID", "credentials")]
)
def test_missing_settings_say_what_to_set(
    upload, s3: S3, monkeypatch: pytest.MonkeyPatch, capsys, variable: str, said: str
) -> None:
    monkeypatch.delenv(variable)
    if variable == "AWS_ACCESS_KEY_ID":
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert upload() == 2
    assert said in error_line(capsys)


# Interrupting


def test_ctrl_c_leaves_nothing_half_sent_and_the_next_run_goes_on(s3: S3, root: Path) -> None:
    make_root(root, {CUSTOMER: LARGE})
    reached, released = threading.Event(), threading.Event()

    def fault(what: str, _: dict) -> None:
        if "partNumber=2" in what:
            reached.set()
            released.wait(20)

    s3.fault = fault
    with child(str(root), URL) as process:
        try:
            assert reached.wait(20)
            process.send_signal(signal.SIGINT)
            # Only after this line is it sure that the signal was seen.
            seen = process.stderr.readline() + process.stderr.readline()
            released.set()
            _, errors = process.communicate(timeout=20)
        finally:
            released.set()
            process.kill()
    assert process.returncode == 130
    assert "stopping" in seen
    assert "run the same command again" in errors and "Traceback" not in errors
    assert unfinished() == [] and CUSTOMER not in there()

    before = there()
    s3.fault = lambda *_: None
    s3.requests.clear()
    assert cli.main([str(root), URL], PART_BYTES) == 0
    assert there() == FILES | {CUSTOMER: LARGE}
    again = [path for path in before if any(path in what for what in sent(s3))]
    assert again == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_leaves_at_once(s3: S3, root: Path, number: int) -> None:
    reached, released = threading.Event(), threading.Event()

    def fault(what: str, environ: dict) -> None:
        if what.startswith("PUT"):
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))  # it waits for the answer
            reached.set()
            released.wait(20)

    s3.fault = fault
    with child(str(root), URL) as process:
        try:
            assert reached.wait(20)
            process.send_signal(number)
            while "stopping" not in process.stderr.readline():
                pass
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
            released.set()
    assert process.returncode == 130
    assert "left at once" in errors and "Traceback" not in errors


def test_a_reader_that_goes_is_no_error(s3: S3, tmp_path: Path) -> None:
    files = {f"customer/landing/{number}.json": b"{}" for number in range(3000)}
    with child(str(make_root(tmp_path / "many", files)), URL, "--dry-run") as process:
        assert process.stdout.readline().endswith("/0.json\n")
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 141
    assert all(line.startswith("warning: ") for line in errors.splitlines())
