"""scripts/upload_landing.py against moto's S3 over HTTP, with invented files."""

from __future__ import annotations

import datetime
import io
import os
import re
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import jinja2
import pytest
import yaml
from athena_query import cli as query
from aws_variables import lead_to
from botocore.config import Config
from landing_upload import cli, rules
from landing_upload.crew import WORKERS
from landing_upload.destination import Address, spell_crc32
from landing_upload.transfer import Sender
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
        bucket = boto3.resource("s3", region_name="us-east-1").Bucket(BUCKET)
        bucket.objects.delete()
        bucket.delete()
        self.requests.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def running() -> Iterator[S3]:
    server = S3()
    yield server
    server.close()


@pytest.fixture
def s3(running: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    """An S3 with one empty bucket, and the environment that leads to it and to nothing else."""
    lead_to(running.url, monkeypatch, tmp_path)
    client().create_bucket(Bucket=BUCKET)
    running.requests.clear()
    yield running
    running.empty()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A landing root with one flat file a feed."""
    return make_root(tmp_path / "landing", FILES)


@pytest.fixture
def upload(s3: S3, root: Path) -> Callable[..., int]:
    """Run the command on the root in this process; returns its exit code."""
    return lambda *options: cli.main([str(root), URL, *options], PART_BYTES)


def client() -> Any:
    """A client of S3 that sees what is really there."""
    session = boto3.Session("testing", "testing")  # a test may have taken the variables away
    return session.client("s3", region_name="us-east-1", config=Config(retries={"max_attempts": 0}))


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
    bucket = boto3.resource("s3", region_name="us-east-1").Bucket(BUCKET)
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


# Which files count


def test_feeds_are_those_of_the_declaration() -> None:
    declaration = yaml.safe_load((PROJECT / "models/landing/_landing__sources.yml").read_text())
    tables = declaration["sources"][0]["tables"]
    assert sorted(table["external"]["location"] for table in tables) == sorted(rules.FEEDS)


class Macros:
    """macros/landing/landing_files.sql, run by Jinja alone."""

    class _Return(Exception):
        pass

    class Refused(Exception):
        pass

    def __init__(self) -> None:
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        environment.globals |= {
            "modules": {"re": re, "datetime": datetime},
            "exceptions": {"raise_compiler_error": self._raise(self.Refused)},
            "return": self._raise(self._Return),
            "is_ingest_date_folder": lambda name: self._call("is_ingest_date_folder", name),
        }
        self._modules = {
            name: environment.from_string((PROJECT / f"macros/landing/{name}.sql").read_text())
            for name in ("is_ingest_date_folder", "landing_files")
        }

    def landing_files(self, feed: str, files: list[str]) -> list[str]:
        """The files that count. Raises Refused."""
        return self._call("landing_files", {"external": {"location": feed}}, files)

    def _call(self, macro: str, *arguments: object) -> Any:
        try:
            getattr(self._modules[macro].module, macro)(*arguments)
        except self._Return as returned:
            return returned.args[0]

    @staticmethod
    def _raise(kind: type[Exception]) -> Callable:
        def raise_it(value: object) -> None:
            raise kind(value)

        return raise_it


NAMES = [
    *("a.json", "b", "_a.json", ".a", "a_.json", "a.b", "x/a.json", "_x/a.json", ".x/y/a.json"),
    *(
        f"ingest_date={day}/a.json"
        for day in ("2024-02-29", "2023-02-29", "2024-13-01", "0000-01-01")
    ),
    *(f"ingest_date={day}/a.json" for day in ("2024-1-1", "20240101", "2024-W01-1", "2024-00-10")),
    *(
        f"ingest_date={day}/a.json"
        for day in ("2024-04-31", "2024-12-31", "0001-01-01", "٢٠٢٤-01-01")
    ),
    *("ingest_date=2024-01-01", "ingest_date=2024-01-01/x/a.json", "ingest_date=2024-01-01/_a"),
    *(
        "Ingest_date=2024-01-01/a.json",
        "ingest_date=2024-01-01 /a.json",
        "ingest_date=2024-01-01/a/",
    ),
    *("_x/ingest_date=2024-01-01/a.json", "ingest_date=2024-01-00/a.json", "/a.json", "a.json/"),
    *("ingest_date=2024-01-01\n/a.json", "x/_a.json", "ingest_date=9999-12-31/a.json"),
]


@pytest.mark.parametrize("beside", [[], ["flat.json"], ["ingest_date=2024-05-05/day.json"]])
def test_the_rules_are_those_of_the_build(beside: list[str]) -> None:
    macros, feed = Macros(), "customer/landing"
    for name in NAMES:
        files = [f"{feed}/{file}" for file in [name, *beside]]
        counted = [path for path in files if not rules.is_skipped(feed, path)]
        try:
            expected = sorted(macros.landing_files(feed, files))
        except Macros.Refused:
            with pytest.raises(rules.LayoutError):
                rules.check_layout(feed, {path: path for path in counted})
        else:
            rules.check_layout(feed, {path: path for path in counted})
            assert sorted(counted) == expected, name


def test_skipped_files_and_files_beside_the_feeds_are_not_sent(upload, root: Path) -> None:
    make_root(
        root,
        {
            "_generated.json": b"{}",
            "customer/other.json": b"{}",
            "customer/landing/_SUCCESS": b"",
            "customer/landing/.a.part": b"",
            "customer/landing/_old/a/b.json": b"{}",
            "customers/landing/a.json": b"{}",
        },
    )
    assert upload() == 0
    assert there() == FILES


@pytest.mark.parametrize(
    ("stray", "named"),
    [
        ("customer/landing/2024/a.json", ["customer/landing/2024/a.json"]),
        ("customer/landing/ingest_date=2024-02-30/a.json", ["ingest_date=2024-02-30/a.json"]),
        ("customer/landing/ingest_date=2024-02-28/a.json", [CUSTOMER, "ingest_date=2024-02-28"]),
    ],
)
def test_layouts_that_stop_a_build_are_refused(
    upload, s3: S3, root: Path, capsys, stray: str, named: list[str]
) -> None:
    make_root(root, {stray: b"{}"})
    assert upload() == 1
    line = error_line(capsys)
    assert all(name in line for name in named) and str(root) in line
    assert sent(s3) == []


@pytest.mark.parametrize(
    ("lying", "named"),
    [
        ("customer/landing/ingest_date=2024-02-28/a.json", [CUSTOMER, "mixed layout"]),
        ("customer/landing/2024/a.json", ["stands where none belongs"]),
    ],
)
def test_layouts_that_would_be_mixed_with_the_destination_are_refused(
    upload, s3: S3, capsys, lying: str, named: list[str]
) -> None:
    put(lying)
    s3.requests.clear()
    assert upload() == 1
    line = error_line(capsys)
    assert f"{URL}/{lying}" in line and all(name in line for name in named)
    assert sent(s3) == []


def test_flat_at_the_destination_and_by_arrival_here_is_refused(s3: S3, tmp_path, capsys) -> None:
    put(CUSTOMER)
    arrived = "customer/landing/ingest_date=2024-02-28/a.json"
    assert cli.main([str(make_root(tmp_path / "x", {arrived: b"{}"})), URL]) == 1
    line = error_line(capsys)
    assert f"{URL}/{CUSTOMER} lies flat" in line and arrived in line


def test_each_feed_may_have_its_own_layout(s3: S3, tmp_path: Path) -> None:
    files = {CUSTOMER: b"{}", "step_trainer/landing/ingest_date=2024-02-28/a.json": b"{}"}
    assert cli.main([str(make_root(tmp_path / "x", files)), URL]) == 0
    assert there() == files


def test_links_are_followed_as_far_as_files_lie(s3: S3, tmp_path: Path, capsys) -> None:
    outside = make_root(tmp_path / "outside", {"day/a.json": b"{}", "b.json": b"{}"})
    root = make_root(tmp_path / "root", {"customer/landing/ingest_date=2024-01-02/c.json": b"{}"})
    feed = root / "customer/landing"
    (feed / "ingest_date=2024-01-01").symlink_to(outside / "day")
    (feed / "ingest_date=2024-01-02/d.json").symlink_to(outside / "b.json")
    assert cli.main([str(root), URL]) == 0
    assert len(there()) == 3
    (feed / "ingest_date=2024-01-02/circle").symlink_to(feed)
    assert cli.main([str(root), URL]) == 1
    assert f"{feed}/ingest_date=2024-01-02/circle" in error_line(capsys)


@pytest.mark.parametrize("kind", ["dangling", "pipe", "latin-1"])
def test_what_cannot_be_sent_is_named(upload, s3: S3, root: Path, capsys, kind: str) -> None:
    place = root / "customer/landing/odd.json"
    if kind == "dangling":
        place.symlink_to(root / "nowhere")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        Path(os.fsdecode(bytes(place.parent) + b"/odd\xe9.json")).touch()
    assert upload() == 1
    assert "customer/landing/odd" in error_line(capsys)
    assert sent(s3) == []


def test_an_empty_feed_is_a_warning(upload, root: Path, capsys) -> None:
    (root / STEP_TRAINER).unlink()
    assert upload() == 0
    assert f"warning: no files in {root}/step_trainer/landing" in capsys.readouterr().err


# Dry run


def test_dry_run_lists_bytes_and_sends_nothing(upload, s3: S3, capsys) -> None:
    put(CUSTOMER, FILES[CUSTOMER])
    s3.requests.clear()
    assert upload("--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:2]] == [
        [str(len(FILES[path])), f"{URL}/{path}"] for path in (ACCELEROMETER, STEP_TRAINER)
    ]
    rest = SIZE - len(FILES[CUSTOMER])
    assert lines[2:] == [f"would send 2 files, {rest} bytes; 1 file is there already"]
    assert sent(s3) == [] and there() == {CUSTOMER: FILES[CUSTOMER]}


def test_dry_run_says_what_would_be_replaced(upload, s3: S3, capsys) -> None:
    put(CUSTOMER, b"other")
    assert upload("--dry-run", "--overwrite") == 0
    assert f"{URL}/{CUSTOMER}  (replaced)" in capsys.readouterr().out
    assert there() == {CUSTOMER: b"other"}


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


# With the complete local Athena


def test_uploaded_lines_can_be_counted_in_athena(
    local_athena, root: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    client().create_bucket(Bucket="upload-test")
    assert cli.main([str(root), "s3://upload-test/stedi"]) == 0
    table = (
        "create external table upload_test.lines (line string) "
        "location 's3://upload-test/stedi/accelerometer/landing/'"
    )
    for sql in ("create schema upload_test", table, "select count(*) from upload_test.lines"):
        capsys.readouterr()
        assert query.main([sql, "--output-location", "s3://stedi-results/athena/"]) == 0
    assert capsys.readouterr().out.split()[-1] == "3"
