"""`dbt source freshness` in Athena: as on DuckDB, but flat by the times that S3 gives."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.test_freshness import NEVER, said, write_by_arrival
from tests.support.athena_lakehouse import LANDING, AthenaLakehouse


def test_the_newest_day_counts_by_arrival(
    athena_lakehouse: AthenaLakehouse, tmp_path: Path
) -> None:
    expected = write_by_arrival(tmp_path)
    root = LANDING + "-2/ingest_date=1999-01-01"  # a day above the feeds is none
    assert said(athena_lakehouse, landing=tmp_path, root=root) == expected


def test_the_newest_file_counts_flat(athena_lakehouse: AthenaLakehouse, tmp_path: Path) -> None:
    bucket, _, prefix = LANDING.removeprefix("s3://").partition("/")
    for feed in ("customer", "accelerometer"):
        (tmp_path / feed / "landing").mkdir(parents=True)
        (tmp_path / feed / "landing/f.json").write_text("no JSON\n")
    found = said(athena_lakehouse, landing=tmp_path)
    assert found["step_trainer"] == ("error", NEVER)
    for feed in ("customer", "accelerometer"):
        key = f"{prefix}/{feed}/landing/f.json"
        head = athena_lakehouse.s3.head_object(Bucket=bucket, Key=key)
        assert found[feed] == ("pass", head["LastModified"])
