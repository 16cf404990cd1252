"""`dbt source freshness`: when a feed last received a file, by arrival or flat."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.support.lakehouse import Lakehouse, failure

NOW = datetime.now(UTC).replace(microsecond=0)
NEVER = datetime.min.replace(tzinfo=UTC)
FRESHNESS = ("source", "freshness")


def day(days_ago: int) -> str:
    """A folder of a day, so many days ago."""
    return f"ingest_date={(NOW - timedelta(days_ago)).date()}"


def write_by_arrival(root: Path) -> dict[str, tuple[str, datetime]]:
    """Write feeds by arrival, all files just now; return what freshness is to say of each."""
    expected = {}
    for feed, days_ago, status in (
        ("customer", (9, 0), "pass"),
        ("accelerometer", (9, 2), "warn"),
        ("step_trainer", (9, 4), "error"),
    ):
        folder = root / feed / "landing"
        paths = [f"{day(ago)}/{feed}.json" for ago in days_ago]
        for path in [*paths, f"_old/{day(-1)}/{feed}.json"]:  # what is hidden is not landing
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("no JSON\n")
        newest = (NOW - timedelta(min(days_ago))).date()
        expected[feed] = (status, datetime.combine(newest, time(), UTC))
    return expected


def said(lakehouse: Lakehouse, **where: object) -> dict[str, tuple[str, datetime]]:
    """What `dbt source freshness` says: feed -> status, time of the newest arrival."""
    results = lakehouse.dbt(*FRESHNESS, **where).result
    return {
        result.node.name.removesuffix("_landing"): (str(result.status), result.max_loaded_at)
        for result in results
        if result.node.resource_type == "source"  # the others are hooks
    }


def test_the_newest_day_counts_by_arrival(lakehouse: Lakehouse, landing_root: Path) -> None:
    expected = write_by_arrival(landing_root)
    hidden = landing_root / "customer/landing" / day(-1) / "_SUCCESS"
    hidden.parent.mkdir()
    hidden.touch()
    assert said(lakehouse, landing=landing_root) == expected


def test_the_newest_file_counts_flat(
    lakehouse: Lakehouse, landing_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    landing_root /= "last_modified=3"
    expected = {"step_trainer": ("error", NEVER)}  # its folder is empty
    (landing_root / "step_trainer/landing").mkdir(parents=True)
    for feed, hours, status in (("customer", 1, "pass"), ("accelerometer", 40, "warn")):
        folder = landing_root / feed / "landing"
        folder.mkdir(parents=True)
        for name, age in (("a.json", hours), ("b.json", 90), ("_hidden.json", 0)):
            (folder / name).write_text("no JSON\n")
            os.utime(folder / name, ((NOW - timedelta(hours=age)).timestamp(),) * 2)
        expected[feed] = (status, NOW - timedelta(hours=hours))
    assert said(lakehouse, landing=landing_root) == expected


def test_a_missing_landing_is_named(lakehouse: Lakehouse, landing_root: Path) -> None:
    assert "No landing data" in failure(lakehouse.dbt(*FRESHNESS, landing=landing_root))
