"""scripts/upload_landing.py: files arrive whole, and once."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from landing_upload import cli
from landing_upload.destination import spell_crc32
from landing_upload.transfer import Sender
from s3_server import (
    BUCKET,
    CUSTOMER,
    FILES,
    LARGE,
    PREFIX,
    S3,
    SCRIPT,
    SIZE,
    URL,
    client,
    error_line,
    make_root,
    put,
    sent,
    there,
    unfinished,
)
from werkzeug.wrappers import Response

# Sending


def test_files_arrive_as_they_are(upload, capsys: pytest.CaptureFixture[str]) -> None:
    assert upload() == 0
    assert there() == FILES
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{URL}: 3 files, {SIZE:,} bytes, all right (3 sent, 0 were there)"
    assert out[-1] == f"export STEDI_LANDING={URL}"


def test_the_script_itself_runs(s3: S3, root: Path) -> None:
    command = [sys.executable, str(SCRIPT), str(root), f"{URL}/"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.endswith(f"export STEDI_LANDING={URL}\n") and result.stderr == ""
    assert there() == FILES


def test_the_root_may_be_the_bucket_itself(s3: S3, root: Path) -> None:
    assert cli.main([str(root), f"s3://{BUCKET}"]) == 0
    assert there() == FILES


def test_by_arrival_empty_and_gzipped_files_and_odd_names_arrive(s3: S3, tmp_path: Path) -> None:
    files = {
        "customer/landing/ingest_date=2024-02-29/a.json": b"",
        "customer/landing/ingest_date=2024-03-01/a.json.gz": b"\x1f\x8b\x08\x00",
        "accelerometer/landing/a b+c&d%20=é'\"<.json": b"{}",
        "step_trainer/landing/x": b"\x00",
    }
    assert cli.main([str(make_root(tmp_path / "odd", files)), URL]) == 0
    assert there() == files
    assert cli.main([str(tmp_path / "odd"), URL]) == 0
    assert len(sent(s3)) == 4


def test_a_large_file_goes_in_parts_with_one_checksum(upload, s3: S3, root: Path) -> None:
    make_root(root, {CUSTOMER: LARGE})
    assert upload() == 0
    assert there()[CUSTOMER] == LARGE
    assert len([what for what in sent(s3) if "partNumber=" in what]) == 3
    head = client().head_object(Bucket=BUCKET, Key=f"{PREFIX}/{CUSTOMER}", ChecksumMode="ENABLED")
    assert head["ChecksumType"] == "FULL_OBJECT"
    assert head["ChecksumCRC32"] == spell_crc32(zlib.crc32(LARGE))


def test_parts_grow_where_a_file_would_have_too_many(
    upload, s3: S3, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landing_upload.transfer.MOST_PARTS", 2)
    make_root(root, {CUSTOMER: LARGE})
    assert upload() == 0
    assert len([what for what in sent(s3) if "partNumber=" in what]) == 2
    assert there()[CUSTOMER] == LARGE


def test_default_parts_are_what_s3_allows() -> None:
    assert 5 << 20 <= Sender.part_bytes <= 5 << 30


def test_a_request_that_breaks_off_is_sent_again(upload, s3: S3) -> None:
    broken = ["PUT"]

    def fault(what: str, _: dict) -> Response | None:
        return Response(status=503) if broken and what.startswith(broken.pop()) else None

    s3.fault = lambda what, environ: fault(what, environ) if "PUT" in what else None
    assert upload() == 0
    assert there() == FILES
    assert len(sent(s3)) == 4


@pytest.mark.parametrize("large", [False, True])
def test_an_answer_that_was_lost_is_no_conflict(upload, s3: S3, root: Path, large: bool) -> None:
    """S3 has the object, says 500, and refuses the second attempt: the object stands already."""
    files = FILES | {CUSTOMER: LARGE} if large else FILES
    make_root(root, files)
    last_request = "POST" if large else "PUT"
    lost = [1]

    def fault(what: str, environ: dict) -> Response | None:
        is_last = what.startswith(last_request) and f"/{CUSTOMER}?" in what
        if lost and is_last and "?uploads" not in what:
            lost.pop()
            Response.from_app(s3._moto, environ)
            return Response(status=500)
        return None

    s3.fault = fault
    assert upload() == 0
    assert there() == files and lost == [] and unfinished() == []


# Going on


def test_what_is_there_is_not_sent_again(upload, s3: S3, root: Path, capsys) -> None:
    make_root(root, {CUSTOMER: LARGE})
    assert upload() == 0
    s3.requests.clear()
    make_root(root, {"customer/landing/customer-2.json": b"{}\n"})
    assert upload() == 0
    assert sent(s3) == [f"PUT /{BUCKET}/{PREFIX}/customer/landing/customer-2.json?"]
    assert "(1 sent, 3 were there)" in capsys.readouterr().out


def test_an_object_of_another_tool_is_known_by_its_checksum(upload, s3: S3) -> None:
    put(CUSTOMER, FILES[CUSTOMER])  # boto3 adds a CRC-32 by itself
    s3.requests.clear()
    assert upload() == 0
    assert len(sent(s3)) == 2


@pytest.mark.parametrize("large", [False, True])
def test_another_content_of_the_same_size_is_refused(
    upload, s3: S3, root: Path, capsys, large: bool
) -> None:
    content = bytearray(LARGE if large else FILES[CUSTOMER])
    make_root(root, {CUSTOMER: bytes(content)})
    assert upload() == 0
    content[-5] ^= 1
    make_root(root, {CUSTOMER: bytes(content), "customer/landing/new.json": b"{}\n"})
    s3.requests.clear()
    before = there()
    assert upload() == 1
    line = error_line(capsys)
    assert f"{URL}/{CUSTOMER}" in line and "--overwrite" in line
    assert sent(s3) == [] and there() == before
    assert upload("--overwrite") == 0
    assert there()[CUSTOMER] == bytes(content)
    assert "customer/landing/new.json" in there()


def test_another_size_is_refused_and_not_even_read(upload, s3: S3, root: Path, capsys) -> None:
    put(CUSTOMER, FILES[CUSTOMER] + b"more")
    s3.requests.clear()
    assert upload("--dry-run") == 1
    assert f"{URL}/{CUSTOMER}" in error_line(capsys)
    assert upload() == 1
    assert not [what for what in s3.requests if what.startswith(("HEAD", "PUT"))]


@pytest.mark.parametrize("options", [{"ChecksumAlgorithm": "SHA256"}, {}])
def test_an_object_without_a_whole_crc32_is_not_taken_for_equal(
    upload, s3: S3, root: Path, options: dict, capsys
) -> None:
    if options:
        put(CUSTOMER, FILES[CUSTOMER], **options)
    else:  # in parts, with a CRC-32 of the parts' CRC-32s
        make_root(root, {CUSTOMER: LARGE})
        client().upload_file(str(root / CUSTOMER), BUCKET, f"{PREFIX}/{CUSTOMER}")
    assert upload() == 1
    assert "without a CRC-32" in error_line(capsys)


def test_objects_that_the_source_has_not_are_named_and_kept(upload, capsys) -> None:
    extra = "customer/landing/earlier.json"
    put(extra)
    put("customer/landing/_SUCCESS")
    put("customer/landing/", b"")
    assert upload() == 0
    errors = capsys.readouterr().err
    assert (
        f"1 file is there, not in the source, and read by a build as well: {URL}/{extra}" in errors
    )
    assert "_SUCCESS" not in errors
    assert there().keys() == {*FILES, extra, "customer/landing/_SUCCESS", "customer/landing/"}


def test_an_object_that_appears_meanwhile_is_not_replaced(upload, s3: S3, capsys) -> None:
    def fault(what: str, _: dict) -> None:
        if what.startswith("PUT") and CUSTOMER in what:
            s3.fault = lambda *_: None
            put(CUSTOMER, b"someone else's")

    s3.fault = fault
    assert upload() == 1
    assert f"{URL}/{CUSTOMER} is not what was sent" in error_line(capsys)
    assert there()[CUSTOMER] == b"someone else's"


# Checking


def test_a_part_that_arrives_garbled_is_noticed(upload, s3: S3, root: Path, capsys) -> None:
    make_root(root, {CUSTOMER: LARGE})

    def fault(what: str, environ: dict) -> None:
        if "partNumber=2" in what:
            body = bytearray(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            body[100] ^= 1
            environ["wsgi.input"] = io.BytesIO(body)

    s3.fault = fault
    assert upload() == 1
    line = error_line(capsys)
    assert f"{URL}/{CUSTOMER} is not what was sent" in line and "--overwrite" in line


def test_every_object_is_asked_for_its_checksum(upload, s3: S3) -> None:
    assert upload() == 0
    heads = [what for what in s3.requests if what.startswith("HEAD")]
    assert sorted(heads) == sorted(f"HEAD /{BUCKET}/{PREFIX}/{path}?" for path in FILES)


@pytest.mark.parametrize("grows", [True, False])
def test_a_file_that_changes_while_it_is_sent_does_not_appear(
    upload, s3: S3, root: Path, capsys, grows: bool
) -> None:
    make_root(root, {CUSTOMER: LARGE})

    def fault(what: str, _: dict) -> None:
        if "partNumber=2" in what:
            with (root / CUSTOMER).open("r+b") as file:
                file.seek(0, 2 if grows else 0)
                file.write(b"late")

    s3.fault = fault
    assert upload() == 1
    assert f"{root / CUSTOMER} changes while it is being sent" in error_line(capsys)
    assert CUSTOMER not in there() and unfinished() == []
