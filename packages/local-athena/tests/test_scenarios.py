"""Each thing a dbt project may ask of dbt-athena, judged by the rows it leaves."""

from __future__ import annotations

import json
from datetime import datetime

import boto3
import pytest

from .scenario_project import ScenarioProject, failure

pytestmark = pytest.mark.full

MONDAY, TUESDAY = datetime(2026, 3, 2, 9, 0, 0, 1), datetime(2026, 3, 3, 10, 0, 0, 2)
WEDNESDAY = datetime(2026, 3, 4)
MONDAY_DATE, TUESDAY_DATE = str(MONDAY.date()), str(TUESDAY.date())
ORDERS = [
    (1, "ann", "new", 10, MONDAY),
    (2, "bob", "paid", 20, MONDAY),
    (3, "ann", "paid", 30, TUESDAY),
]
CARRIERS = [
    (1, "Northwind", 4.5, "1999-12-31", True, "fast, reliable"),
    (2, "Bluebird", 3.25, "2020-02-29", False, None),
    (3, "Müller & Söhne", 0.0, "2024-01-01", True, 'says "no" on Sundays'),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory, session_environment, local_athena) -> ScenarioProject:
    return ScenarioProject(tmp_path_factory.mktemp("scenarios"), session_environment, local_athena)


@pytest.fixture
def shop(project):
    """The project with three orders in its source, whatever was there before."""
    project.receive(*ORDERS)
    return project


def succeed(shop: ScenarioProject, *arguments: str) -> list:
    """Run a dbt command that must succeed; return the results of its nodes."""
    result = shop.dbt(*arguments)
    assert result.success, failure(result)
    return result.result.results if hasattr(result.result, "results") else []


def run(shop: ScenarioProject, model: str, *arguments: str) -> None:
    """Run one model; nothing temporary may stay beside its table."""
    assert len(succeed(shop, "run", "--select", model, *arguments)) == 1
    names = [table["Name"] for table in glue().get_tables(DatabaseName="shop")["TableList"]]
    assert [name for name in names if name.startswith(model + "__")] == []


def glue():
    return boto3.Session().client("glue")


def rows(shop: ScenarioProject, table: str, columns: str = "*") -> list[tuple]:
    return shop.query(f"select {columns} from shop.{table} order by 1, 2")


def test_debug(shop) -> None:
    succeed(shop, "debug")


def test_seed(shop) -> None:
    shop.execute("drop table if exists shop.carriers")
    columns = "carrier_id, name, fee, since, active, note"
    for options in ((), (), ("--full-refresh",)):
        succeed(shop, "seed", *options)
        assert rows(shop, "carriers", columns) == CARRIERS
        shop.execute("insert into shop.carriers select * from shop.carriers where carrier_id = 1")
        assert len(rows(shop, "carriers")) == 4  # one that the next seed takes away


@pytest.mark.parametrize("model", ["orders_by_day", "orders_by_day_ha"])
def test_hive_table_with_partitions(shop, model: str) -> None:
    run(shop, model)
    columns = "order_id, status, amount, order_day"
    assert rows(shop, model, columns) == [
        (1, "new", 10, MONDAY_DATE),
        (2, "paid", 20, MONDAY_DATE),
        (3, "paid", 30, TUESDAY_DATE),
    ]
    assert partitions(model) == {MONDAY_DATE, TUESDAY_DATE}

    shop.receive((3, "ann", "sent", 30, TUESDAY), (4, "cid", "new", 40, WEDNESDAY))
    run(shop, model)
    assert rows(shop, model, columns) == [
        (3, "sent", 30, TUESDAY_DATE),
        (4, "new", 40, "2026-03-04"),
    ]
    assert partitions(model) == {TUESDAY_DATE, "2026-03-04"}
    assert rows(shop, model, "count(*), 0") == [(2, 0)]
    condition = f"where order_day = date '{TUESDAY_DATE}'"
    assert shop.query(f"select order_id from shop.{model} {condition}") == [(3,)]


def partitions(table: str) -> set[str]:
    found = glue().get_partitions(DatabaseName="shop", TableName=table)["Partitions"]
    return {partition["Values"][0] for partition in found}


def test_iceberg_table_is_replaced(shop) -> None:
    run(shop, "order_list")
    assert rows(shop, "order_list") == [
        (1, "new", 10, MONDAY),
        (2, "paid", 20, MONDAY),
        (3, "paid", 30, TUESDAY),
    ]
    before = location("order_list")
    shop.receive((2, "bob", "sent", 25, TUESDAY))
    run(shop, "order_list")
    assert rows(shop, "order_list") == [(2, "sent", 25, TUESDAY)]
    assert not objects(shop, before), "the data of the first run is gone"
    assert objects(shop, location("order_list"))


def location(table: str) -> str:
    found = glue().get_table(DatabaseName="shop", Name=table)["Table"]
    return found["StorageDescriptor"]["Location"]


def objects(shop: ScenarioProject, location: str) -> list[dict]:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return shop.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])


def test_view_with_its_description(shop) -> None:
    for _ in range(2):  # a described view can be read and replaced
        run(shop, "paid_orders")
        assert rows(shop, "paid_orders") == [(2, 20), (3, 30)]
        view = glue().get_table(DatabaseName="shop", Name="paid_orders")["Table"]
        assert view["TableType"] == "VIRTUAL_VIEW"
        assert view["Description"] == "Orders that are paid."
        comments = {
            column["Name"]: column.get("Comment") for column in view["StorageDescriptor"]["Columns"]
        }
        assert comments == {"order_id": "Number of a paid order.", "amount": "What was paid."}
    shop.receive((5, "eve", "paid", 50, TUESDAY))
    assert rows(shop, "paid_orders") == [(5, 50)]


def test_append(shop) -> None:
    run(shop, "order_log", "--full-refresh")
    shop.receive((3, "ann", "changed", 0, TUESDAY), (4, "cid", "new", 40, TUESDAY))
    for _ in range(2):  # the second time there is nothing new
        run(shop, "order_log")
        assert rows(shop, "order_log") == [
            (1, "new", 10),
            (2, "paid", 20),
            (3, "paid", 30),
            (4, "new", 40),
        ]


def test_full_refresh_of_an_incremental_model(shop) -> None:
    run(shop, "order_log", "--full-refresh")
    shop.receive((9, "ivy", "new", 90, TUESDAY))
    run(shop, "order_log")
    assert [row[0] for row in rows(shop, "order_log")] == [1, 2, 3, 9]
    before = location("order_log")
    run(shop, "order_log", "--full-refresh")
    assert rows(shop, "order_log") == [(9, "new", 90)]
    assert not objects(shop, before)


def test_merge_with_conditions_then_optimize_and_vacuum(shop) -> None:
    run(shop, "open_orders", "--full-refresh")
    assert [row[0] for row in rows(shop, "open_orders")] == [1, 2, 3]
    first_snapshots = snapshots(shop, "open_orders")
    shop.receive(
        (1, "ann", "cancelled", 10, TUESDAY),  # deleted
        (2, "bob", "sent", 21, TUESDAY),  # updated
        (3, "ann", "ignored", 0, MONDAY),  # older than what is there
        (4, "cid", "cancelled", 40, TUESDAY),  # not inserted
        (5, "eve", "new", 50, TUESDAY),  # inserted
    )
    run(shop, "open_orders")
    assert rows(shop, "open_orders") == [
        (2, "sent", 21, TUESDAY),
        (3, "paid", 30, TUESDAY),
        (5, "new", 50, TUESDAY),
    ]
    files = shop.query('select content, record_count from shop."open_orders$files"')
    assert {content for content, _ in files} == {0}, "OPTIMIZE applied the deletes"
    assert sum(count for _, count in files) == 3
    assert not first_snapshots & snapshots(shop, "open_orders"), "VACUUM dropped the first run's"


def snapshots(shop: ScenarioProject, table: str) -> set[int]:
    found = shop.query(f'select snapshot_id from shop."{table}$snapshots"')
    assert found
    return {snapshot_id for (snapshot_id,) in found}


def test_insert_overwrite_replaces_the_partitions_it_brings(shop) -> None:
    run(shop, "latest_days", "--full-refresh")
    assert [row[0] for row in rows(shop, "latest_days")] == [1, 2, 3]
    shop.receive((4, "cid", "new", 40, TUESDAY), (5, "eve", "new", 50, WEDNESDAY))
    for _ in range(2):
        run(shop, "latest_days")
        assert rows(shop, "latest_days") == [
            (1, 10, MONDAY_DATE),
            (2, 20, MONDAY_DATE),
            (4, 40, TUESDAY_DATE),
            (5, 50, "2026-03-04"),
        ]
    assert partitions("latest_days") == {MONDAY_DATE, TUESDAY_DATE, "2026-03-04"}


def test_microbatch(shop) -> None:
    def batches(first: str, end: str) -> None:
        run(shop, "order_batches", "--event-time-start", first, "--event-time-end", end)

    shop.execute("drop table if exists shop.order_batches")
    batches(MONDAY_DATE, "2026-03-04")
    assert rows(shop, "order_batches") == [(1, 10, MONDAY), (2, 20, MONDAY), (3, 30, TUESDAY)]
    shop.receive((1, "ann", "new", 11, MONDAY), (3, "ann", "paid", 33, TUESDAY))
    batches(TUESDAY_DATE, "2026-03-04")
    assert rows(shop, "order_batches") == [(1, 10, MONDAY), (2, 20, MONDAY), (3, 33, TUESDAY)]


WITH_CUSTOMER = ("--vars", "{with_customer: true}")


def test_new_columns_are_appended(shop) -> None:
    run(shop, "growing_columns", "--full-refresh")
    assert columns("growing_columns") == {"order_id": "int", "amount": "int"}
    shop.receive((3, "ann", "paid", 31, TUESDAY), (4, "cid", "new", 40, TUESDAY))
    run(shop, "growing_columns", *WITH_CUSTOMER)
    assert columns("growing_columns") == {"order_id": "int", "amount": "int", "customer": "string"}
    assert rows(shop, "growing_columns", "order_id, amount, customer") == [
        (1, 10, None),
        (2, 20, None),
        (3, 31, "ann"),
        (4, 40, "cid"),
    ]


def test_all_columns_are_synchronised(shop) -> None:
    run(shop, "changing_columns", "--full-refresh")
    assert columns("changing_columns") == {"order_id": "int", "status": "string", "amount": "int"}
    shop.receive((4, "cid", "new", 40, TUESDAY))
    run(shop, "changing_columns", *WITH_CUSTOMER)
    assert columns("changing_columns") == {
        "order_id": "int",
        "customer": "string",
        "amount": "bigint",
    }
    assert rows(shop, "changing_columns", "order_id, amount, customer") == [
        (1, 10, None),
        (2, 20, None),
        (3, 30, None),
        (4, 40, "cid"),
    ]


def columns(table: str) -> dict[str, str]:
    """The columns in Glue, without those an Iceberg table had once."""
    found = glue().get_table(DatabaseName="shop", Name=table)["Table"]
    return {
        column["Name"]: column["Type"]
        for column in found["StorageDescriptor"]["Columns"]
        if column.get("Parameters", {}).get("iceberg.field.current", "true") == "true"
    }


@pytest.mark.parametrize(
    ("snapshot", "leftover"), [("orders_by_content", False), ("orders_by_time", True)]
)
def test_snapshot(shop, snapshot: str, leftover: bool) -> None:
    """A row that is no longer there is closed by the one with hard_deletes only."""
    shop.execute(f"drop table if exists shop.{snapshot}")
    what = "order_id, amount, dbt_valid_to is null"
    succeed(shop, "snapshot", "--select", snapshot)
    assert rows(shop, snapshot, what) == [(1, 10, True), (2, 20, True), (3, 30, True)]

    shop.receive((1, "ann", "new", 10, MONDAY), (2, "bob", "paid", 22, TUESDAY))
    for _ in range(2):  # the second time nothing has changed
        succeed(shop, "snapshot", "--select", snapshot)
        assert rows(shop, snapshot, what) == [
            (1, 10, True),
            (2, 20, False),
            (2, 22, True),
            (3, 30, leftover),
        ]
    ends = shop.query(
        "select old.dbt_valid_to = new.dbt_valid_from"
        f" from shop.{snapshot} as old inner join shop.{snapshot} as new"
        " on old.order_id = new.order_id and old.amount = 20 and new.amount = 22"
    )
    assert ends == [(True,)]


def test_failing_rows_are_stored(shop) -> None:
    run(shop, "order_list")
    stored = "select value_field, n_records from shop_dbt_test__audit.unknown_statuses"
    results = succeed(shop, "test", "--select", "order_list")
    assert len(results) == 3
    assert shop.query(stored) == []

    shop.receive(*ORDERS, (4, "cid", "lost", 40, TUESDAY))
    run(shop, "order_list")
    result = shop.dbt("test", "--select", "order_list")
    assert "Got 1 result, configured to fail if != 0" in failure(result)
    assert sorted(node.status for node in result.result) == ["fail", "pass", "pass"]
    assert shop.query(stored) == [("lost", 1)]


def test_unit_test(shop) -> None:
    succeed(shop, "test", "--select", "totals_leave_cancelled_orders_out")
    said = failure(shop.dbt("test", "--select", "wrong_on_purpose"))
    assert "bob" in said and "ann" in said


def test_source_freshness(shop) -> None:
    assert not shop.dbt("source", "freshness").success
    shop.execute(
        "insert into shop.orders select 4, 'cid', 'new', 40, cast(now() as timestamp(6)),"
        " current_date"
    )
    (result,) = succeed(shop, "source", "freshness")
    assert result.status == "pass"


def test_docs_know_tables_and_columns(shop) -> None:
    succeed(shop, "seed")
    succeed(shop, "run", "--select", "orders_by_day", "order_list", "paid_orders")
    succeed(shop, "docs", "generate")
    catalog = json.loads((shop.folder / "target/catalog.json").read_text())
    nodes = catalog["nodes"] | catalog["sources"]
    assert {
        name: {column: found["type"] for column, found in nodes[name]["columns"].items()}
        for name in (
            "model.scenarios.orders_by_day",
            "model.scenarios.order_list",
            "model.scenarios.paid_orders",
            "seed.scenarios.carriers",
            "source.scenarios.shop.orders",
        )
    } == {
        "model.scenarios.orders_by_day": {
            "order_id": "int",
            "status": "string",
            "amount": "int",
            "order_day": "date",
        },
        "model.scenarios.order_list": {
            "order_id": "int",
            "status": "string",
            "amount": "int",
            "updated_at": "timestamp",
        },
        "model.scenarios.paid_orders": {"order_id": "int", "amount": "int"},
        "seed.scenarios.carriers": {
            "carrier_id": "int",
            "name": "string",
            "fee": "double",
            "since": "date",
            "active": "boolean",
            "note": "string",
        },
        "source.scenarios.shop.orders": {
            "order_id": "int",
            "customer": "string",
            "status": "string",
            "amount": "int",
            "updated_at": "timestamp",
            "order_day": "date",
        },
    }
