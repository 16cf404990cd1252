"""No member of a request is taken and then forgotten: it has an effect, or it is refused."""

from __future__ import annotations

import json

import botocore.session
import pytest
import requests
from local_athena.athena_api.members import TAKEN

MODEL = botocore.session.get_session().get_service_model("athena")
# What Athena for Apache Spark, provisioned capacity, federated catalogs and the console call.
NOT_EMULATED = (
    *("Notebook", "Session", "Calculation", "Executors", "ApplicationDPU", "Dashboard"),
    *("Capacity", "SystemTable", "CreateDataCatalog", "UpdateDataCatalog", "DeleteDataCatalog"),
    *("NamedQuer", "BatchGetPrepared", "EngineVersions", "RuntimeStatistics"),
)


def leaves(shape, path: tuple[str, ...] = ()):
    """The paths of a structure's members, with the shape of each."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from leaves(member, (*path, name))
    elif shape.type_name == "list" and shape.member.type_name == "structure":
        yield from leaves(shape.member, (*path, "[]"))
    else:
        yield path, shape


def sample(shape) -> object:
    if shape.type_name == "list":
        return [sample(shape.member)]
    if shape.type_name == "map":
        return {"key": sample(shape.value)}
    values = {"string": "x" * 32, "boolean": True, "integer": 1, "long": 10_000_000}
    return values[shape.type_name]


def nested(path: tuple[str, ...], value: object) -> object:
    for name in reversed(path):
        value = [value] if name == "[]" else {name: value}
    return value


def ask(endpoint, operation: str, body: object) -> requests.Response:
    target = {"X-Amz-Target": f"AmazonAthena.{operation}"}
    return requests.post(endpoint.url, data=json.dumps(body), headers=target)


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_operation_works_or_is_refused(endpoint, operation) -> None:
    answer = ask(endpoint, operation, {})
    assert answer.status_code in (200, 400)
    if any(word in operation for word in NOT_EMULATED):
        assert operation not in TAKEN
        assert answer.status_code == 400
        assert answer.json()["Message"] == f"Not available locally: {operation}"
    else:
        assert "Not available locally" not in answer.text


@pytest.mark.parametrize("operation", TAKEN)
def test_every_member_is_taken_or_refused(endpoint, operation) -> None:
    shapes = dict(leaves(MODEL.operation_model(operation).input_shape))
    names = {".".join(n for n in path if n != "[]"): path for path in shapes}
    assert set(TAKEN[operation]) <= names.keys()
    for name in names.keys() - set(TAKEN[operation]):
        path = names[name]
        answer = ask(endpoint, operation, nested(path, sample(shapes[path])))
        assert answer.status_code == 400
        assert f"{operation} with {name}" in answer.json()["Message"]
        assert "does not emulate it" in answer.json()["Message"]


def test_a_member_that_asks_for_nothing_is_not_refused(athena) -> None:
    nothing = {"EnableMinimumEncryptionConfiguration": False, "MonitoringConfiguration": {}}
    athena.create_work_group(Name="asks-for-nothing", Configuration=nothing)
