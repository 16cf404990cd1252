"""What the tests of the Athena API share: an endpoint whose engine does as statements say."""

from __future__ import annotations

import pytest

from ..endpoint_process import RESULTS, EndpointProcess, Queries


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("endpoint")
    with EndpointProcess(folder, concurrent_queries=2) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def athena(endpoint):
    return endpoint.client("athena")


@pytest.fixture(scope="module")
def queries(athena):
    return Queries(athena)


@pytest.fixture
def gate(tmp_path_factory):
    """A statement waits until this file exists; it outlives the test, as statements may."""
    gate = tmp_path_factory.mktemp("gate") / "gate"
    yield gate
    gate.touch()


@pytest.fixture
def objects(endpoint):
    """A function: location -> the object in the bucket of the results, or None."""
    s3 = endpoint.client("s3")

    def read(location: str) -> bytes | None:
        key = location.removeprefix(f"s3://{RESULTS}/")
        try:
            return s3.get_object(Bucket=RESULTS, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None

    return read


@pytest.fixture
def bucket(objects):
    """A function: execution -> the text of its result, or None."""

    def read(execution: dict) -> str | None:
        found = objects(execution["ResultConfiguration"]["OutputLocation"])
        return None if found is None else found.decode()

    return read


@pytest.fixture(scope="module")
def work_group(endpoint, athena):
    """A function: name, settings -> a work group whose results go to its own folder."""

    def create(name: str, **settings) -> str:
        location = {"OutputLocation": f"s3://{RESULTS}/{name}"}
        athena.create_work_group(
            Name=name, Configuration={"ResultConfiguration": location, **settings}
        )
        return name

    return create
