"""What Trino says of a query that is only read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from local_athena import syntax
from local_athena.language.errors import InvalidRequest
from local_athena.sql.steps import Unread
from local_athena.trino_client import TrinoError

QUERY = Unread(text="select", before="")


def trino_that_fails(name: str, message: str) -> SimpleNamespace:
    """A Trino on which every statement fails."""

    def execute(*_: object, **__: object) -> None:
        raise TrinoError(name, message)

    return SimpleNamespace(execute=execute)


def test_query_that_cannot_be_read_is_refused_with_its_place_in_the_statement() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        syntax.check(QUERY, trino_that_fails("SYNTAX_ERROR", "line 3:5: mismatched input"))
    assert refusal.value.message == "line 2:5: mismatched input"


@pytest.mark.parametrize("name", ["TABLE_NOT_FOUND", "INTERNAL_ERROR"])
def test_any_other_error_is_for_the_execution_to_find(name: str) -> None:
    syntax.check(QUERY, trino_that_fails(name, "line 3:5: no matter what"))
