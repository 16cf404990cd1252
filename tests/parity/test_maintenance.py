"""`dbt run-operation maintain_staging` in Athena: fewer files, the same rows."""

from __future__ import annotations

from pathlib import Path

from tests.support import records
from tests.support.athena_lakehouse import AthenaLakehouse

MAINTAIN = ("run-operation", "maintain_staging")
COLUMNS = ("sensorreadingtime", "serialnumber", "distancefromobject", "source_file")
TABLE = "stedi_staging.stg_step_trainer"


def files(lakehouse: AthenaLakehouse) -> tuple[int, int]:
    """How many files hold the table's rows, and how many objects lie in its folder."""
    (live,) = lakehouse.query('select count(*) from "stedi_staging"."stg_step_trainer$files"')[0]
    glue = lakehouse.query(f'select min("$path") from {TABLE}')[0][0]
    bucket, _, key = glue.removeprefix("s3://").partition("/")
    prefix = key.rpartition("/data/")[0] + "/"
    return live, lakehouse.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"]


def test_small_files_are_merged_and_old_ones_removed(
    athena_lakehouse: AthenaLakehouse, tmp_path: Path
) -> None:
    lakehouse = athena_lakehouse
    records.land(tmp_path, [], [], [records.reading("s-1", records.T + n) for n in range(3)])
    assert lakehouse.dbt("run", "--select", "stg_step_trainer", landing=tmp_path).success
    for _ in range(3):
        lakehouse.execute(f"insert into {TABLE} select * from {TABLE} limit 1")
    age = "alter table {} set tblproperties ('vacuum_max_snapshot_age_seconds' = '{}')"
    lakehouse.execute(age.format(TABLE, 1))
    rows = lakehouse.rows("stg_step_trainer", COLUMNS)
    live, objects = files(lakehouse)
    assert lakehouse.dbt(*MAINTAIN, "--args", "{models: [stg_step_trainer]}").success
    merged, kept = files(lakehouse)
    assert (merged, live) == (1, 4) and kept < objects
    assert lakehouse.rows("stg_step_trainer", COLUMNS) == rows
    # Loaded anew, it would lack the rows that were inserted here.
    assert lakehouse.dbt("run", "--select", "stg_step_trainer").success
    assert lakehouse.rows("stg_step_trainer", COLUMNS) == rows
