"""The servers that stand for AWS in the tests of the two scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from athena_server import Athena
from aws_variables import lead_to
from landing_upload import cli
from s3_server import BUCKET, FILES, PART_BYTES, S3, URL, client, make_root


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Athena]:
    """A running server, and the environment that leads to it and to nothing else."""
    with Athena() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        lead_to(server.url, monkeypatch, tmp_path)
        yield server
        server.released.set()
        server.shutdown()


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
