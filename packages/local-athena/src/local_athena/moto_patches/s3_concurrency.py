"""S3 objects that one client lists or reads while another one deletes or replaces them.

moto copies a bucket's dictionary to list it, and then looks each key up in the original: HTTP 500
if one has gone. So it does when a key goes between its two look-ups of a read. And it closes the
file of an object that is deleted, while a request still reads it; computing an ETag it moves the
place in that file at which a reader stands. AWS answers what was there when it was asked.
"""

from collections.abc import Iterator
from typing import Any

from moto.s3.models import FakeKey, S3Backend
from moto.s3.utils import _VersionedKeyStore

from .patching import Patch

PATCH = Patch()


def _lists(store: _VersionedKeyStore) -> Iterator[tuple[str, list[Any]]]:
    for key, versions in dict(store).items():
        if versions:  # as many as there are now
            yield key, list(versions)


def _items(store: _VersionedKeyStore) -> Iterator[tuple[str, Any]]:
    return ((key, versions[-1]) for key, versions in _lists(store))


def _values(store: _VersionedKeyStore) -> Iterator[Any]:
    return (versions[-1] for _, versions in _lists(store))


for _names, _answer in (
    (("items", "iteritems"), _items),
    (("values", "itervalues"), _values),
    (("lists", "iterlists"), _lists),
):
    for _name in _names:
        PATCH.replaces(_VersionedKeyStore, _name)(lambda _, answer=_answer: answer)


@PATCH.replaces(S3Backend, "get_object")
def _get_object(original):
    def get_object(backend: S3Backend, bucket_name: str, key_name: str, *args: Any, **more: Any):
        try:
            return original(backend, bucket_name, key_name, *args, **more)
        except KeyError:  # it has gone
            return None

    return get_object


@PATCH.replaces(_VersionedKeyStore, "pop")
def _pop(_: object):
    def pop(store: _VersionedKeyStore, key: str) -> None:
        dict.pop(store, key)

    return pop


@PATCH.replaces(_VersionedKeyStore, "setlist")
def _setlist(_: object):
    def setlist(store: _VersionedKeyStore, key: str, versions: list[Any]) -> None:
        dict.__setitem__(store, key, versions)

    return setlist


@PATCH.replaces(FakeKey, "__del__")
def _del(_: object):
    """Close the file when nobody has the object any more, as a matter of course."""
    return lambda key: key.dispose()


@PATCH.replaces(FakeKey, "etag")
def _etag(original: property) -> property:
    def etag(key: FakeKey) -> str:
        with key.lock:
            return original.fget(key)

    return property(etag)
