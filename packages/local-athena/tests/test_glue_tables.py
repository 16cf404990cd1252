"""Tables of Glue change as they were read, or not at all."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from local_athena.catalog import glue_tables
from local_athena.language.names import TableName

from .endpoint_process import EndpointProcess

TABLE = TableName("d", "t")


def test_table_that_has_changed_since_it_was_read_is_not_overwritten(tmp_path) -> None:
    with EndpointProcess(tmp_path) as endpoint:
        glue = endpoint.client("glue")
        glue.create_database(DatabaseInput={"Name": TABLE.database})
        glue.create_table(DatabaseName=TABLE.database, TableInput={"Name": TABLE.name})
        found = glue_tables.get(glue, TABLE)
        glue_tables.update(glue, TABLE, found, lambda table: table.update(Description="first"))
        with pytest.raises(ClientError) as refused:
            glue_tables.update(glue, TABLE, found, lambda table: table.update(Description="second"))
        assert glue_tables.code_of(refused.value) == "ConcurrentModificationException"
        assert glue_tables.get(glue, TABLE)["Description"] == "first"
