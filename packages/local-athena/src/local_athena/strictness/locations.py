"""A table's files are on S3.

AWS, "Specify a table location in Amazon S3": `s3://amzn-s3-demo-bucket/folder/`. Glue keeps any
text, and Trino fails only when it reads the table.
"""

import re

from ..language.errors import InvalidRequest

_PLACE = re.compile(r"s3[an]?://[^/]+(/.*)?", re.DOTALL)


def check(location: str) -> str:
    """Return a location without the slash at its end, as Hive keeps it, if it is one on S3."""
    if not _PLACE.fullmatch(location):
        raise InvalidRequest(f"Location '{location}' is not an S3 location: s3://bucket/folder/")
    return location.rstrip("/")
