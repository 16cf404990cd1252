"""S3 answers what was there when it was asked, whatever other clients do meanwhile.

The other clients are played by calls of moto at the very place where they would come between.
"""

from __future__ import annotations

import threading

import pytest
from moto.s3.models import FakeKey, S3Backend, s3_backends
from moto.s3.utils import _VersionedKeyStore

from .endpoint_process import EndpointProcess
from .test_moto_patches import without

BUCKET = "busy"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with EndpointProcess(tmp_path_factory.mktemp("endpoint")) as endpoint:
        endpoint.client("s3").create_bucket(Bucket=BUCKET)
        yield endpoint


def backend() -> S3Backend:
    return s3_backends["123456789012"]["aws"]


def put(*names: str) -> list[FakeKey]:
    return [backend().put_object(BUCKET, name, name.encode()) for name in names]


def listed_while_others_delete() -> list[list]:
    """What each way to go through a bucket finds of three objects that go after the first."""
    found = []
    for way in ("items", "iteritems", "values", "itervalues", "lists", "iterlists"):
        put("a", "b", "c")
        keys: _VersionedKeyStore = backend().get_bucket(BUCKET).keys
        going = iter(getattr(keys, way)())
        first = next(going)
        for name in ("a", "b", "c"):
            backend().delete_object(BUCKET, name)
        found.append([first, *going])
    return [len(found_by_one_way) for found_by_one_way in found]


def test_list_has_what_was_there(endpoint) -> None:
    assert endpoint.run(listed_while_others_delete) == [3] * 6
    s3 = endpoint.client("s3")
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
    with without(endpoint, "s3_concurrency"), pytest.raises(Exception, match="KeyError"):
        endpoint.run(listed_while_others_delete)
    endpoint.run(clear)


def clear() -> None:
    for name in list(backend().get_bucket(BUCKET).keys):
        backend().delete_object(BUCKET, name)


def read_after_it_went() -> list[bytes]:
    """The bodies of an object that is deleted, and of one that is replaced, as they are read."""
    deleted, replaced = put("deleted", "replaced")
    backend().delete_object(BUCKET, "deleted")
    put("replaced")
    return [deleted.value, replaced.value]


def test_object_that_is_being_read_outlives_its_deletion(endpoint) -> None:
    assert endpoint.run(read_after_it_went) == [b"deleted", b"replaced"]
    with without(endpoint, "s3_concurrency"), pytest.raises(Exception, match="closed file"):
        endpoint.run(read_after_it_went)


class Gone(dict):
    """A bucket's keys of which each goes as soon as it was seen."""

    def __contains__(self, key: object) -> bool:
        return True


def looked_up_while_it_goes() -> object:
    bucket = backend().get_bucket(BUCKET)
    keys, bucket.keys = bucket.keys, Gone()
    try:
        return backend().get_object(BUCKET, "gone")
    finally:
        bucket.keys = keys


def test_object_that_goes_while_it_is_looked_up_is_missing(endpoint) -> None:
    assert endpoint.run(looked_up_while_it_goes) is None
    with without(endpoint, "s3_concurrency"), pytest.raises(Exception, match="KeyError"):
        endpoint.run(looked_up_while_it_goes)


def etag_waits_for_a_reader() -> bool:
    (key,) = put("etag")
    asking = threading.Thread(target=lambda: key.etag)
    with key.lock:  # a reader has it
        asking.start()
        asking.join(0.5)
        waited = asking.is_alive()
    asking.join()
    return waited


def test_etag_does_not_move_the_file_under_a_reader(endpoint) -> None:
    assert endpoint.run(etag_waits_for_a_reader)
    with without(endpoint, "s3_concurrency"):
        assert not endpoint.run(etag_waits_for_a_reader)
