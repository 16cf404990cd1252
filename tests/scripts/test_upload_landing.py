"""scripts/upload_landing.py against moto's S3."""

from __future__ import annotations

import base64
import os
import signal
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import upload_landing
from moto import mock_aws

from tests.scripts.aws import S3, Refusal, lead_to

CUSTOMER = "customer/landing/customer-1.json"
ACCELEROMETER = "accelerometer/landing/accelerometer-1.json"
STEP_TRAINER = "step_trainer/landing/step_trainer-1.json"
ARRIVED = "customer/landing/ingest_date=2024-02-28/a.json"
FILES = {
    CUSTOMER: b'{"invented": "customer"}\n',
    ACCELEROMETER: b'{"invented": "accelerometer"}\n' * 3,
    STEP_TRAINER: b'{"invented": "step_trainer"}\n' * 2,
}
SIZE = sum(map(len, FILES.values()))
# Three parts, the last one short, each unlike the others.
LARGE = b"".join(b'{"invented": "%010d"}\n' % number for number in range(450_000))
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
Run = Callable[..., int]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    variables = {"AWS_DEFAULT_REGION": "us-east-1"}
    with mock_aws():
        lead_to(None, "s3", monkeypatch, tmp_path, **variables)
        fake = S3()
        lead_to(fake, "s3", monkeypatch, tmp_path, **variables)
        monkeypatch.setattr(upload_landing, "PART_BYTES", 5 << 20)  # the smallest that S3 allows
        yield fake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A landing root with one flat file a feed."""
    return make_root(tmp_path / "landing", FILES)


@pytest.fixture
def upload(s3: S3, root: Path) -> Run:
    """Run the command on the root; returns its exit code."""
    return lambda *options: upload_landing.main([str(root), S3.url, *options])


@pytest.fixture
def error(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """A function that returns the error, the last line on stderr."""

    def read() -> str:
        lines = capsys.readouterr().err.splitlines()
        assert lines[-1].startswith("upload_landing.py: error: ") and "Traceback" not in lines
        return lines[-1]

    return read


def make_root(root: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


# Sending


def test_files_arrive_as_they_are(upload: Run, s3: S3, capsys) -> None:
    assert upload() == 0
    assert s3.objects() == FILES
    out, err = capsys.readouterr()
    first, *_, last = out.splitlines()
    assert first == f"{S3.url}: 3 files, {SIZE:,} bytes, all right (3 sent, 0 kept)"
    assert last == f"export STEDI_LANDING={S3.url}" and err == ""


def test_the_root_may_be_the_bucket_itself(s3: S3, root: Path) -> None:
    assert upload_landing.main([str(root), f"s3://{S3.bucket}/"]) == 0
    assert s3.objects() == FILES


def test_by_arrival_empty_and_gzipped_files_and_odd_names_arrive(upload, s3, tmp_path) -> None:
    files = {
        "customer/landing/ingest_date=2024-02-29/a.json": b"",
        "customer/landing/ingest_date=2024-03-01/a.json.gz": b"\x1f\x8b\x08\x00",
        "accelerometer/landing/a b+c&d%20=é'\"<.json": b"{}",
        "step_trainer/landing/x": b"\x00",
    }
    odd = make_root(tmp_path / "odd", files)
    assert upload_landing.main([str(odd), S3.url]) == 0
    assert s3.objects() == files
    assert upload_landing.main([str(odd), S3.url]) == 0
    assert s3.sent == ["PutObject"] * 4


@pytest.mark.parametrize("content", [FILES[CUSTOMER], LARGE], ids=["small", "in parts"])
def test_every_object_is_sent_with_the_checksum_of_the_whole_file(upload, s3, root, content):
    make_root(root, {CUSTOMER: content})
    assert upload() == 0
    last = "CompleteMultipartUpload" if content is LARGE else "PutObject"
    headers = [request["headers"] for request in s3.asked(last)]
    crc32 = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    assert crc32 in [header.get("x-amz-checksum-crc32") for header in headers]
    assert len(s3.asked("UploadPart")) == (3 if content is LARGE else 0)
    assert s3.objects()[CUSTOMER] == content
    assert s3.head(CUSTOMER)["ChecksumCRC32"] == crc32


# Going on


def test_what_is_there_is_not_sent_again(upload, s3, root, capsys) -> None:
    make_root(root, {CUSTOMER: LARGE})
    assert upload() == 0
    s3.requests.clear()
    make_root(root, {"customer/landing/customer-2.json": b"{}\n"})
    assert upload() == 0
    assert s3.sent == ["PutObject"] and len(s3.objects()) == 4
    assert "(1 sent, 3 kept)" in capsys.readouterr().out


def test_an_upload_that_has_failed_goes_on(upload, s3, root, error) -> None:
    def before(operation: str, request: dict) -> None:
        if operation == "PutObject" and STEP_TRAINER in request["url_path"]:
            raise Refusal("SlowDown", "later")

    s3.before = before
    assert upload() == 1
    line = error()
    assert f"{root / STEP_TRAINER} could not be sent to {S3.url}/{STEP_TRAINER}" in line
    assert "later (SlowDown)" in line and "run again to go on" in line
    assert s3.objects().keys() == {CUSTOMER, ACCELEROMETER}
    s3.before = lambda *_: None
    s3.requests.clear()
    assert upload() == 0
    assert s3.objects() == FILES and s3.sent == ["PutObject"]


@pytest.mark.parametrize(
    ("is_interrupted", "said"),
    [(True, "run the same command again to go on"), (False, "ask for this permission")],
)
def test_an_unfinished_large_file_leaves_nothing(
    upload, s3, root, capsys, is_interrupted, said
) -> None:
    interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def before(operation: str, request: dict) -> None:
        if operation == "UploadPart" and request["query_string"]["partNumber"] == 2:
            if not is_interrupted:
                raise Refusal("AccessDenied", "no")
            # Sent to the process, it may come to a thread that wakes nobody up.
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            interrupted.wait(30)

    make_root(root, {CUSTOMER: LARGE})
    s3.before = before
    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        assert upload() == (130 if is_interrupted else 1)
    finally:
        signal.signal(signal.SIGINT, previous)
    assert said in capsys.readouterr().err
    assert CUSTOMER not in s3.objects() and s3.unfinished() == []


@pytest.mark.parametrize("content", [FILES[CUSTOMER], LARGE], ids=["small", "in parts"])
def test_another_content_of_the_same_size_is_refused(upload, s3, root, error, content) -> None:
    changed = bytearray(content)
    make_root(root, {CUSTOMER: content})
    assert upload() == 0
    changed[-5] ^= 1
    make_root(root, {CUSTOMER: bytes(changed), "customer/landing/new.json": b"{}\n"})
    s3.requests.clear()
    before = s3.objects()
    for options in ([], ["--dry-run"]):
        assert upload(*options) == 1
        line = error()
        assert f"{S3.url}/{CUSTOMER}" in line and "--overwrite" in line
    assert s3.sent == [] and s3.objects() == before
    assert upload("--overwrite") == 0
    assert s3.objects()[CUSTOMER] == changed and "customer/landing/new.json" in s3.objects()


@pytest.mark.parametrize("content", [FILES[CUSTOMER], LARGE], ids=["small", "in parts"])
def test_what_comes_after_the_comparison_is_not_replaced(upload, s3, root, error, content) -> None:
    def before(operation: str, request: dict) -> None:
        if operation in ("PutObject", "UploadPart") and CUSTOMER in request["url_path"]:
            s3.before = lambda *_: None
            other.put(CUSTOMER, b"of somebody else\n")

    make_root(root, {CUSTOMER: content})
    other, s3.before = s3, before
    s3.put(ACCELEROMETER, b"earlier\n")
    assert upload("--overwrite") == 1
    line = error()
    assert f"{root / CUSTOMER} could not be sent to {S3.url}/{CUSTOMER}" in line
    assert "(PreconditionFailed)" in line and "run again" in line
    # Those that were still to be sent are cancelled: how many is chance.
    before_or_after = {
        *FILES.items(),
        (CUSTOMER, b"of somebody else\n"),
        (ACCELEROMETER, b"earlier\n"),
    }
    assert set(s3.objects().items()) <= before_or_after
    assert s3.objects()[CUSTOMER] == b"of somebody else\n" and s3.unfinished() == []


def test_only_what_may_be_equal_is_read_and_in_the_main_thread(upload, s3, monkeypatch) -> None:
    s3.put(CUSTOMER, FILES[CUSTOMER], ChecksumAlgorithm="SHA256")
    s3.put(ACCELEROMETER, b"of another size\n")
    s3.put(STEP_TRAINER, FILES[STEP_TRAINER], ChecksumAlgorithm="CRC32")
    read = []

    def crc32(file: upload_landing.File) -> str:
        read.append((file.path, threading.current_thread()))
        raise KeyboardInterrupt

    monkeypatch.setattr(upload_landing.File, "crc32", crc32)
    assert upload() == 130
    assert read == [(STEP_TRAINER, threading.main_thread())]


def test_another_size_is_refused_and_not_even_read(upload, s3, error) -> None:
    s3.put(CUSTOMER, FILES[CUSTOMER] + b"more")
    assert upload() == 1
    assert f"{S3.url}/{CUSTOMER}" in error()
    assert {name for name, _ in s3.requests} == {"ListObjectsV2"}


@pytest.mark.parametrize("options", [{"ChecksumAlgorithm": "SHA256"}, {}])
def test_an_object_without_a_whole_crc32_is_not_taken_for_equal(
    upload, s3, root, error, options
) -> None:
    if options:
        s3.put(CUSTOMER, FILES[CUSTOMER], **options)
    else:  # in parts, with a CRC-32 of the parts' CRC-32s
        make_root(root, {CUSTOMER: LARGE})
        s3.client.upload_file(str(root / CUSTOMER), S3.bucket, f"{S3.prefix}/{CUSTOMER}")
    assert upload() == 1
    assert "without a CRC-32" in error()


def test_objects_that_the_source_has_not_are_named_and_kept(upload, s3, capsys) -> None:
    others = {"customer/landing/earlier.json", "customer/landing/_SUCCESS", "customer/landing/"}
    for path in others:
        s3.put(path, b"" if path.endswith("/") else b"{}")
    assert upload() == 0
    err = capsys.readouterr().err
    assert err.startswith("1 files are there, not in the source, and read by a build as well: ")
    assert f"{S3.url}/customer/landing/earlier.json" in err and "_SUCCESS" not in err
    assert s3.objects().keys() == {*FILES, *others}


def test_dry_run_lists_bytes_and_sends_nothing(upload, s3, capsys) -> None:
    s3.put(CUSTOMER, b"other")
    s3.put(ACCELEROMETER, FILES[ACCELEROMETER])
    assert upload("--dry-run", "--overwrite") == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        [str(len(FILES[STEP_TRAINER])), f"{S3.url}/{STEP_TRAINER}"],
        [str(len(FILES[CUSTOMER])), f"{S3.url}/{CUSTOMER}", "(replaced)"],
    ]
    size = len(FILES[STEP_TRAINER]) + len(FILES[CUSTOMER])
    assert last == f"would send 2 files, {size} bytes; there already: 1"
    assert s3.sent == []


# Which files, and which layouts


def test_skipped_files_and_files_beside_the_feeds_are_not_sent(upload, s3, root) -> None:
    beside = ["_generated.json", "customer/other.json", "customers/landing/a.json"]
    skipped = ["_SUCCESS", ".a.part", "_old/a/b.json", "ingest_date=2024-01-01/_c", "_a.zst"]
    make_root(root, dict.fromkeys(beside + [f"customer/landing/{name}" for name in skipped], b"{}"))
    assert upload() == 0
    assert s3.objects() == FILES


@pytest.mark.parametrize(
    ("stray", "named"),
    [
        ("customer/landing/2024/a.json", "is in the wrong place"),
        ("customer/landing/ingest_date=2024-02-30/a.json", "is in the wrong place"),
        ("customer/landing/ingest_date=2024-02-28/b/a.json", "is in the wrong place"),
        ("customer/landing/a.json.zst", "pack it with gzip"),
        (ARRIVED, f"{CUSTOMER} is flat"),
    ],
)
@pytest.mark.parametrize("is_here", [True, False])
def test_layouts_that_stop_a_build_are_refused(
    upload, s3, root, error, stray, named, is_here
) -> None:
    make_root(root, {stray: b"{}"}) if is_here else s3.put(stray)
    assert upload() == 1
    line = error()
    assert f"{root if is_here else S3.url}/{stray}" in line and named in line
    assert s3.sent == []


def test_markers_of_folders_are_no_files(upload, s3, root) -> None:
    make_root(root, {"customer/landing/here_$folder$": b""})
    s3.put("customer/landing/ingest_date=2024-01-01/there_$folder$", b"")
    s3.put("customer/landing/x/", b"more than a console leaves")
    there = s3.objects()
    assert upload() == 0
    assert s3.objects() == there | FILES


def test_each_feed_may_have_its_own_layout(s3, tmp_path) -> None:
    files = {CUSTOMER: b"{}", "step_trainer/landing/ingest_date=2024-02-28/a.json": b"{}"}
    assert upload_landing.main([str(make_root(tmp_path / "x", files)), S3.url]) == 0
    assert s3.objects() == files


def test_flat_files_can_be_put_by_arrival(upload, s3, root, capsys) -> None:
    assert upload("--ingest-date", "2024-02-28") == 0
    day = {
        f"{folder}/landing/ingest_date=2024-02-28/{folder}-1.json"
        for folder in ("customer", "accelerometer", "step_trainer")
    }
    assert s3.objects().keys() == day
    assert upload("--ingest-date", "2024-02-28") == 0
    assert "(0 sent, 3 kept)" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_files_of_another_day_are_sent_again_on_request_only(
    upload, s3, root, error, options
) -> None:
    assert upload("--ingest-date", "2024-02-28") == 0
    s3.requests.clear()
    assert upload("--ingest-date", "2024-02-29", *options) == 1
    line = error()
    assert f"3 files are there under another day, with the same name and size: {S3.url}/" in line
    assert f"{S3.url}/customer/landing/ingest_date=2024-02-28/customer-1.json" in line
    assert "go on with that day, move them away, or add --overwrite" in line and s3.sent == []
    assert upload("--ingest-date", "2024-02-29", "--overwrite") == 0
    assert len(s3.objects()) == 6
    make_root(root, dict.fromkeys(FILES, b"of another size\n"))
    assert upload("--ingest-date", "2024-03-01") == 0


@pytest.mark.parametrize(
    ("feed", "day", "said"),
    [
        ("customer", "2024-02-27", "of a day that is there and has 3 newer ones"),
        ("customer", "2024-02-28", None),
        ("customer", "2024-02-26", None),  # one that is not there is loaded whole
        ("step_trainer", "2024-02-27", None),
        ("step_trainer", TODAY, None),
        ("step_trainer", "2099-01-01", "of a day that is yet to come"),
    ],
)
@pytest.mark.parametrize("is_by_arrival", [True, False])
def test_days_that_a_build_would_get_wrong_are_sent_on_request_only(
    s3, tmp_path, error, feed, day, said, is_by_arrival
) -> None:
    """The build on Athena compares the three newest days, of each feed for itself."""
    for number in (27, 28, 29):
        s3.put(f"customer/landing/ingest_date=2024-02-{number}/a.json", b"{}")
    s3.put("customer/landing/ingest_date=2024-03-01/a.json", b"{}")
    s3.put("step_trainer/landing/ingest_date=2024-02-27/a.json", b"{}")
    path = f"{feed}/landing/ingest_date={day}/new.json"
    here = path if is_by_arrival else f"{feed}/landing/new.json"
    root = make_root(tmp_path / "x", {here: b"{}\n"})
    command = [str(root), S3.url, *([] if is_by_arrival else ["--ingest-date", day])]
    assert upload_landing.main(command) == (1 if said else 0)
    if said:
        line = error()
        assert f"1 files are {said}" in line and f"{S3.url}/{path}" in line and "--any-day" in line
        assert s3.sent == []
        assert upload_landing.main([*command, "--any-day"]) == 0
    assert path in s3.objects()


def test_files_by_arrival_are_refused_where_the_feed_is_flat(upload, s3, root, error) -> None:
    s3.put(CUSTOMER)
    assert upload("--ingest-date", "2024-02-28") == 1
    line = error()
    assert f"{S3.url}/{CUSTOMER} is flat" in line and "ingest_date=2024-02-28" in line
    assert s3.sent == []


def test_files_that_are_by_arrival_get_no_other_day(s3, tmp_path, error) -> None:
    root = make_root(tmp_path / "x", {ARRIVED: b"{}"})
    assert upload_landing.main([str(root), S3.url, "--ingest-date", "2024-02-29"]) == 1
    assert f"{root}/{ARRIVED} is in the folder of a day already" in error()
    assert s3.requests == []


def test_links_are_followed_as_far_as_files_lie(s3, tmp_path, error) -> None:
    outside = make_root(tmp_path / "outside", {"day/a.json": b"{}", "b.json": b"{}"})
    root = make_root(tmp_path / "root", {"customer/landing/ingest_date=2024-01-02/c.json": b"{}"})
    feed = root / "customer/landing"
    (feed / "ingest_date=2024-01-01").symlink_to(outside / "day")
    (feed / "ingest_date=2024-01-02/d.json").symlink_to(outside / "b.json")
    assert upload_landing.main([str(root), S3.url]) == 0
    assert len(s3.objects()) == 3
    (feed / "ingest_date=2024-01-02/circle").symlink_to(feed)
    assert upload_landing.main([str(root), S3.url]) == 1
    assert f"{feed}/ingest_date=2024-01-02/circle is not a regular file" in error()


@pytest.mark.parametrize("kind", ["dangling", "pipe", "latin-1"])
def test_what_cannot_be_sent_is_named(upload, s3, root, error, kind) -> None:
    place = root / "customer/landing/odd.json"
    if kind == "dangling":
        place.symlink_to(root / "nowhere")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        Path(os.fsdecode(bytes(place.parent) + b"/odd\xe9.json")).touch()
    assert upload() == 1
    assert "customer/landing/odd" in error()
    assert s3.sent == []


def test_names_are_shown_without_what_a_terminal_would_obey(upload, root, capsys) -> None:
    make_root(root, {"customer/landing/a\x1b[2J.json": b"{}"})
    assert upload("--dry-run") == 0
    assert f"{S3.url}/customer/landing/a\\x1b[2J.json" in capsys.readouterr().out


def test_an_empty_feed_is_a_warning_and_no_feed_an_error(upload, s3, root, capsys, error) -> None:
    (root / STEP_TRAINER).unlink()
    assert upload() == 0
    assert f"warning: no files in {root}/step_trainer/landing" in capsys.readouterr().err
    assert upload_landing.main([str(root / "customer"), S3.url]) == 1
    assert "has no file to send in customer/landing" in error()


# When it goes wrong


@pytest.mark.parametrize(
    "arguments",
    [
        ["stedi"],
        ["s3://"],
        ["s3://b"],
        ["https://bucket/a"],
        ["s3://bucket/a//b"],
        [S3.url, "--ingest-date", "20240228"],
        [S3.url, "--ingest-date", "2024-02-30"],
    ],
)
def test_a_wrong_command_line_ends_with_2(s3, root, arguments) -> None:
    with pytest.raises(SystemExit) as exit_:
        upload_landing.main([str(root), *arguments])
    assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("operation", "code", "said"),
    [
        ("ListObjectsV2", "NoSuchBucket", "correct the bucket's name, or make it"),
        ("ListObjectsV2", "AccessDenied", "(s3:ListBucket)"),
        ("HeadObject", "403", "(s3:GetObject)"),
        ("PutObject", "AccessDenied", "(s3:PutObject)"),
        ("PutObject", "ExpiredToken", "renew the credentials"),
        ("PutObject", "BadDigest", "run again"),  # S3 has compared the checksum
    ],
)
def test_a_refusal_comes_with_its_remedy(upload, s3, error, operation, code, said) -> None:
    s3.put(CUSTOMER, FILES[CUSTOMER])
    s3.refuse(operation, code, "no")
    assert upload() == 1
    line = error()
    assert said in line and f"no ({code})" in line
