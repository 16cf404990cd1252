"""Glue's GetPartitions: segments, pages, types of keys, and the option to leave the columns out.

moto answers all partitions to each segment, so that a reader of n segments (Trino, Spark) sees each
partition n times, and ignores MaxResults, NextToken and ExcludeColumnSchema. An Expression on a key
of a type with parameters, as varchar(2) or decimal(5,1), it refuses: "Unknown type".
"""

import zlib
from typing import Any

from moto.core.responses import ActionResult
from moto.glue import utils
from moto.glue.exceptions import InvalidInputException
from moto.glue.responses import GlueResponse

from .patching import Patch

PATCH = Patch()


@PATCH.replaces(GlueResponse, "get_partitions")
def _get_partitions(original):
    def get_partitions(response: GlueResponse) -> ActionResult:
        parameters = response.parameters
        answer = original(response)
        partitions = _in_segment(answer.result["Partitions"], parameters.get("Segment"))
        page, token = _page(partitions, parameters)
        if parameters.get("ExcludeColumnSchema"):
            page = [_without_columns(partition) for partition in page]
        answer.result["Partitions"] = page
        if token:
            answer.result["NextToken"] = token
        return answer

    return get_partitions


@PATCH.replaces(utils, "_cast")
def _cast(original):
    def cast(type_: str, value: Any) -> Any:
        return original(type_.partition("(")[0].rstrip(), value)

    return cast


def _in_segment(partitions: list[dict[str, Any]], segment: dict[str, int] | None) -> list:
    if not segment:
        return partitions
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    # By value and not by position: partitions may come and go between two calls.
    return [p for p in partitions if zlib.crc32(repr(p["Values"]).encode()) % total == number]


def _page(partitions: list, parameters: dict[str, Any]) -> tuple[list, str | None]:
    token = parameters.get("NextToken") or "0"
    if not token.isdecimal():
        raise InvalidInputException("GetPartitions", f"Invalid NextToken: {token}")
    start = int(token)
    end = start + parameters.get("MaxResults", len(partitions))
    return partitions[start:end], str(end) if end < len(partitions) else None


def _without_columns(partition: dict[str, Any]) -> dict[str, Any]:
    storage = dict(partition.get("StorageDescriptor") or {})
    storage.pop("Columns", None)
    return {**partition, "StorageDescriptor": storage}
