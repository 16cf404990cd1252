"""What scripts/upload_landing.py has sent can be read in the complete local Athena."""

from __future__ import annotations

from pathlib import Path

import pytest
from athena_query import cli as query
from landing_upload import cli
from s3_server import (
    client,
)


def test_uploaded_lines_can_be_counted_in_athena(
    local_athena, root: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    for name, value in local_athena.environment().items():
        monkeypatch.setenv(name, value)
    client().create_bucket(Bucket="upload-test")
    assert cli.main([str(root), "s3://upload-test/stedi"]) == 0
    table = (
        "create external table upload_test.lines (line string) "
        "location 's3://upload-test/stedi/accelerometer/landing/'"
    )
    for sql in ("create schema upload_test", table, "select count(*) from upload_test.lines"):
        capsys.readouterr()
        assert query.main([sql, "--output-location", "s3://stedi-results/athena/"]) == 0
    assert capsys.readouterr().out.split()[-1] == "3"
