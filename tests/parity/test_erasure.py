"""What erases a person from the files of Iceberg tables, and what does not, as the runbook says.

Looked at are bytes, unpacked: a row that no query finds may stand in a data file or a manifest.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity.test_generated_data import definitions
from tests.support.athena_lakehouse import VARIABLES, AthenaLakehouse
from tests.support.lakehouse import PROJECT, failure
from tests.support.records import ANA, BO, T, customer, feed
from tests.support.unpacked import unpacked

# The greatest e-mail of its file; a manifest has the first 16 characters, the last one counted up.
EMAIL = "zzz.nobody.else@example.com"
TRACE = EMAIL[:15].encode()
RUNBOOK = (PROJECT / "docs/runbooks/erasure.md").read_text()
RUN = ("run", "--select", "stg_customer", "customer_versions", "customer_trusted")
ANOTHER_COMMIT = "insert into lake.people values ('mia@example.com', 4); vacuum lake.people;"


def block(name: str) -> str:
    """The statements of the runbook below a comment."""
    return re.search(rf"^```sql\n-- {name}\n(.*?)^```", RUNBOOK, re.DOTALL | re.MULTILINE)[1]


# As much as properties can do for a DELETE: the runbook's own.
PROPERTIES = block("in place").partition(";")[0] + ";"
NOT_ENOUGH = PROPERTIES + block("not enough")


@pytest.fixture
def places(athena_lakehouse: AthenaLakehouse, tmp_path: Path):
    """A function: S3 places -> those of their objects in which the person is named."""

    def named(*places: str) -> list[str]:
        return [
            address
            for place in places
            for address, content in objects(athena_lakehouse, place)
            if TRACE in unpacked(content, tmp_path / "scratch.parquet")
        ]

    return named


def objects(athena: AthenaLakehouse, place: str) -> Iterator[tuple[str, bytes]]:
    """Every object below a place on S3, with its address."""
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    for page in athena.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            body = athena.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"]
            yield f"s3://{bucket}/{found['Key']}", body.read()


def test_a_build_without_the_lines_leaves_nothing(
    athena_lakehouse: AthenaLakehouse, tmp_path: Path, places
) -> None:
    everywhere = VARIABLES["STEDI_ATHENA_DATA"], VARIABLES["STEDI_ATHENA_RESULTS"]
    people = [customer(email, f"s-{email}", T, T) for email in (ANA, BO, EMAIL)]
    for name in ("accelerometer", "step_trainer"):
        feed(tmp_path / "landing", name, [])
    for records, kinds in ((people, {"parquet", "avro"}), (people[:2], set())):
        feed(tmp_path / "landing", "customer", records)
        result = athena_lakehouse.dbt(*RUN, landing=tmp_path / "landing")
        assert result.success, failure(result)
        named = places(*everywhere)
        assert {address.rpartition(".")[2] for address in named} == kinds, named
    assert not any(TRACE in definition for definition in definitions())


@pytest.mark.parametrize("layout", ["one file", "three files"])
@pytest.mark.parametrize(
    ("statements", "are_enough", "hashed"),
    [
        pytest.param(NOT_ENOUGH, {}, 3, marks=pytest.mark.full, id="not enough"),
        pytest.param(
            NOT_ENOUGH + ANOTHER_COMMIT,
            {"one file"},
            3,
            marks=pytest.mark.full,
            id="another commit",
        ),
        pytest.param(block("in place"), {"one file", "three files"}, 3, id="in place"),
        pytest.param(block("copy"), {"one file", "three files"}, 2, id="copy"),
    ],
)
def test_what_the_runbook_says_of_each_way_is_so(
    athena_lakehouse: AthenaLakehouse,
    places,
    layout: str,
    statements: str,
    are_enough: set[str],
    hashed: int,
) -> None:
    """Two people stay. `hashed` is of how many the file of statistics still has a hash."""
    lake = f"{VARIABLES['STEDI_ATHENA_DATA']}erasure"
    partitioning = "partitioning = array['n'], " if layout == "three files" else ""

    def execute(sql: str) -> None:
        sql = sql.replace("lake.", "stedi_erasure.").replace("s3://your-lake-bucket", lake)
        for statement in filter(None, map(str.strip, sql.split(";"))):
            time.sleep(1.1 if statement.startswith("vacuum") else 0)  # older than the least age
            athena_lakehouse.execute(statement.replace("ana@example.com", EMAIL))

    execute("create database if not exists stedi_erasure")
    try:
        execute(
            f"create table lake.people with (table_type = 'ICEBERG', is_external = false, "
            f"{partitioning}location = 's3://your-lake-bucket/people/') as select * from "
            "(values ('aaron@example.com', 1), ('mia@example.com', 2), ('ana@example.com', 3)) "
            "as t (email, n)"
        )
        assert {a.rpartition(".")[2] for a in places(lake)} == {"parquet", "avro"}
        execute(statements)
        assert athena_lakehouse.query(
            f"select count(*) from stedi_erasure.people where email = '{EMAIL}'"
        ) == [(0,)]
        left = {address.rpartition(".")[2] for address in places(lake)}
        assert left == (set() if layout in are_enough else {"avro"})
        ((_, statistics),) = [o for o in objects(athena_lakehouse, lake) if ".stats" in o[0]]
        assert re.findall(rb'"fields":\[1\].*?"ndv":"(\d)"', statistics) == [b"%d" % hashed]
    finally:
        execute("drop table if exists lake.people; drop database stedi_erasure")
