"""Glue's limits: how many, how long, which characters.

moto takes whatever it is given, so that a client which sends more partitions than AWS takes in one
request, a page of 1,000 tables or a line end in a column's comment works here and fails there. The
limits are those of AWS's own description of the service, which boto3 has and does not check.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import OperationModel, Shape
from moto.core.utils import get_service_model
from moto.glue.exceptions import GlueClientError
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()
# Java writes characters beyond 16 bits as two halves.
_HALVES = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"


@PATCH.replaces(GlueResponse, "parameters")
def _parameters(_: object) -> property:
    def parameters(response: GlueResponse) -> dict[str, Any]:
        given = json.loads(response.body)
        if not vars(response).setdefault("within_limits", False):
            _check(get_service_model("glue").operation_model(response._get_action()), given)
            response.within_limits = True
        return given

    return property(parameters)


def _check(operation: OperationModel, given: dict[str, Any]) -> None:
    problems = list(_problems(operation.input_shape, given, ""))
    if problems:
        errors = "error" if len(problems) == 1 else "errors"
        raise GlueClientError(
            "ValidationException",
            f"{len(problems)} validation {errors} detected: {'; '.join(problems)}",
        )


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Return what AWS says of a value and of all that is in it."""
    if value is None:
        return
    for rule in _broken_rules(shape, value):
        shown = "[...]" if isinstance(value, list | dict) else value
        yield f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must {rule}"
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            # AWS's own names are those of its Java classes; TableInput is `table` there.
            step = "table" if name == "TableInput" else name[0].lower() + name[1:]
            yield from _problems(member, value.get(name), f"{path}.{step}".lstrip("."))
    elif shape.type_name == "list":
        for number, item in enumerate(value, 1):
            yield from _problems(shape.member, item, f"{path}.{number}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _problems(shape.key, key, f"{path}.key")
            yield from _problems(shape.value, item, f"{path}.{key}.member")


def _broken_rules(shape: Shape, value: Any) -> Iterator[str]:
    limits = shape.metadata
    if isinstance(value, str | list | dict):
        size, what = len(value), "length"
    else:
        size, what = value, "value"
    if "min" in limits and size < limits["min"]:
        yield f"have {what} greater than or equal to {limits['min']}"
    if "max" in limits and size > limits["max"]:
        yield f"have {what} less than or equal to {limits['max']}"
    pattern = limits.get("pattern")
    compiled = _compiled(pattern) if pattern else None
    if compiled and not compiled.fullmatch(value):
        yield f"satisfy regular expression pattern: {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return what Java's pattern is in Python; None if it has what Python does not know."""
    try:
        return re.compile(pattern.replace(*_HALVES))
    except re.error:  # \p{L}, a letter of any language
        return None
