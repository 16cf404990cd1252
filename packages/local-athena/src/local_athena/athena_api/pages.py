"""Lists in pages: a token is the position at which the next page begins."""

from collections.abc import Sequence
from typing import Any

from .errors import ApiError


def position(token: str | None, end: int) -> int:
    """Answer where a page begins."""
    if token is None or end == 0:
        return 0
    if not token.isdecimal() or int(token) > end:
        raise ApiError(f"Malformed nextPageToken {token}")
    return int(token)


def page(
    name: str, items: Sequence[Any], request: dict[str, Any], most: int = 50
) -> dict[str, Any]:
    """Answer the page that a request asks for, under a name, with the token of a next one."""
    start = position(request.get("NextToken"), len(items))
    end = start + min(request.get("MaxResults") or most, most)
    answer: dict[str, Any] = {name: list(items[start:end])}
    return {**answer, "NextToken": str(end)} if end < len(items) else answer
