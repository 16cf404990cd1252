from __future__ import annotations

import pytest
from local_athena.language.errors import AthenaFailure
from local_athena.trino_client import Column, TrinoError

from .sql_session import BUCKET, SqlSession


@pytest.fixture(scope="module")
def athena(local_athena) -> SqlSession:
    return SqlSession(local_athena, "executor")


def test_decimal_literal_is_a_double(athena):
    assert athena.rows("select 0.1 + 0.2, typeof(1.5), typeof(decimal '1.5')") == [
        [0.30000000000000004, "double", "decimal(2,1)"]
    ]


def test_geospatial_functions(athena):
    assert athena.rows(
        "select st_astext(st_point(1, 2)),"
        " st_contains(st_polygon('polygon ((0 0, 0 9, 9 9, 9 0))'), st_point(1, 2)),"
        " round(great_circle_distance(52.5, 13.4, 48.1, 11.6))"
    ) == [["POINT (1 2)", True, 506.0]]


@pytest.mark.parametrize("codec", ["SNAPPY", "GZIP", "ZSTD"])
def test_ctas_compresses_as_told(athena, codec, tmp_path):
    import duckdb

    table = f"compressed_{codec.lower()}"
    athena.make(table, "select 'aaaaaaaaaaaaaaaaaaaaaaa' as a", write_compression=f"'{codec}'")
    (key,) = (key for key in athena.objects(table) if key.endswith(".parquet"))
    athena.s3.download_file(BUCKET, key, str(tmp_path / "file.parquet"))
    query = f"select distinct compression from parquet_metadata('{tmp_path}/file.parquet')"
    assert duckdb.sql(query).fetchall() == [(codec,)]


def test_text_table_hands_every_line_over_from_every_folder(athena):
    athena.put("lines", "a.json", '{"a": 1}\n{"b": "x\x01y"}\n')
    athena.put("lines", "deeper/still/b.json", "third, line\n")
    athena.run(
        "create external table if not exists lines (`line` string)\n"
        "row format delimited fields terminated by '\\n'\n"
        f"location '{athena.location('lines')}/'"
    )
    parameters = athena.glue_table("lines")["StorageDescriptor"]["SerdeInfo"]["Parameters"]
    assert parameters["field.delim"] == parameters["serialization.format"] == "\n"
    assert sorted(athena.rows("select line from lines")) == [
        ["third, line"],
        ['{"a": 1}'],
        ['{"b": "x\x01y"}'],
    ]
    assert athena.rows('select count(distinct "$path") from lines') == [[2]]


def test_external_table_may_exist_if_the_statement_says_so(athena):
    statement = f"table there (a string) location '{athena.location('there')}'"
    athena.run(f"create external {statement}")
    athena.run(f"create external {statement.replace('table', 'table if not exists', 1)}")
    with pytest.raises(AthenaFailure, match="AlreadyExistsException"):
        athena.run(f"create external {statement}")


def test_delimited_text_is_read_with_its_delimiters(athena):
    athena.put("delimited", "a.csv", "1|a,b|\n2|c|x\n")
    athena.run(
        "create external table delimited (id int, names array<string>, note string)"
        " row format delimited fields terminated by '|' collection items terminated by ','"
        f" null defined as '' location '{athena.location('delimited')}'"
    )
    assert athena.rows("select * from delimited order by id") == [
        [1, ["a", "b"], None],
        [2, ["c"], "x"],
    ]


def test_rows_go_into_a_json_table_whose_names_were_in_upper_case(athena):
    athena.put("json_in", "a.json", '{"userId": "a", "n": 1}\n')
    athena.run(
        "create external table json_in (`userId` string, N int) row format serde"
        f" 'org.openx.data.jsonserde.JsonSerDe' location '{athena.location('json_in')}'"
    )
    athena.run("insert into json_in values ('b', 2)")
    assert sorted(athena.rows("select userId, N from json_in")) == [["a", 1], ["b", 2]]


def test_csv_serde_skips_the_header_and_reads_a_varchar(athena):
    athena.put("seed", "seed.csv", 'id,name\n1,"a,b"\n')
    athena.run(
        "create external table seed (`id` string, `name` varchar(10))"
        " row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
        f" location '{athena.location('seed')}' tblproperties ('skip.header.line.count'='1')"
    )
    assert athena.rows("select * from seed") == [["1", "a,b"]]


@pytest.mark.parametrize(
    ("name", "value", "settings"),
    [
        ("day", "2026-01-02", {"format": "yyyy-MM-dd", "range": "2026-01-01,2026-01-03"}),
        (
            "minute",
            "2026-01-01 01:30",
            {
                "format": "yyyy-MM-dd HH:mm",
                "range": "2026-01-01 00:00,2026-01-01 02:00",
                "interval": "30",
                "interval.unit": "MINUTES",
            },
        ),
        ("nested", "2026/01/02", {"format": "yyyy/MM/dd", "range": "2026/01/01,2026/01/03"}),
        ("sign", "a:b#c%d=e?", {"type": "enum", "values": "a,a:b#c%d=e?"}),
    ],
)
@pytest.mark.parametrize("folder", ["k={}", "{}"])
def test_partition_projection_needs_no_partitions(athena, name, value, settings, folder):
    table = f"projected_{name}_{len(folder)}"
    athena.put(table, f"{folder.format(value)}/a.txt", "x\n")
    properties = {f"projection.k.{key}": v for key, v in {"type": "date", **settings}.items()}
    if folder == "{}":
        properties["storage.location.template"] = f"{athena.location(table)}/${{k}}"
    listed = "".join(f", '{key}'='{setting}'" for key, setting in properties.items())
    athena.run(
        f"create external table {table} (line string) partitioned by (k string) location"
        f" '{athena.location(table)}' tblproperties ('projection.enabled'='true'{listed})"
    )
    assert athena.rows(f"select * from {table}") == [["x", value]]
    assert "storage.location.template" not in athena.glue_table(table)["Parameters"] or (
        folder == "{}"
    )


def test_partitions_are_added_found_shown_and_dropped(athena):
    athena.put("parted", "d=2026-01-01/a.txt", "one\n")
    athena.put("parted", "d=2026-01-02/a.txt", "two\n")
    athena.put("elsewhere", "a.txt", "three\n")
    athena.run(
        "create external table parted (line string) partitioned by (d string)"
        f" location '{athena.location('parted')}'"
    )
    assert athena.rows("select * from parted") == []
    athena.run("alter table parted add partition (d = '2026-01-01')")
    athena.run("alter table parted add if not exists partition (d = '2026-01-01')")
    with pytest.raises(AthenaFailure, match="already exists"):
        athena.run("alter table parted add partition (d = '2026-01-01')")
    athena.run("msck repair table parted")
    folder = athena.location("elsewhere")
    athena.run(f"alter table parted add partition (d = '2026-01-03') location '{folder}'")
    assert athena.lines("show partitions parted") == [
        "d=2026-01-01",
        "d=2026-01-02",
        "d=2026-01-03",
    ]
    assert sorted(athena.rows("select line, d from parted")) == [
        ["one", "2026-01-01"],
        ["three", "2026-01-03"],
        ["two", "2026-01-02"],
    ]
    athena.run("alter table parted drop partition (d = '2026-01-01')")
    with pytest.raises(AthenaFailure, match="not found"):
        athena.run("alter table parted drop partition (d = '2026-01-01')")
    athena.run("alter table parted drop if exists partition (d = '2026-01-01')")
    assert athena.rows("select count(*) from parted") == [[2]]


def test_partition_needs_a_value_for_each_key(athena):
    athena.run(
        "create external table keyed (line string) partitioned by (d string)"
        f" location '{athena.location('keyed')}'"
    )
    with pytest.raises(AthenaFailure, match="doesn't contain all"):
        athena.run("alter table keyed add partition (e = '1')")


def test_view_has_its_columns_in_glue(athena):
    query = (
        "select 1 as id, 'a' as name, 1.5 as amount, timestamp '2026-01-01 00:00:00.000' as at,"
        " array[row(1, 'x')] as pairs, cast(1 as real) as r, x'00' as b"
    )
    athena.run(f"create or replace view described as {query}")
    descriptor = athena.glue_table("described")["StorageDescriptor"]
    assert [(column["Name"], column["Type"]) for column in descriptor["Columns"]] == [
        ("id", "int"),
        ("name", "varchar(1)"),
        ("amount", "double"),
        ("at", "timestamp"),
        ("pairs", "array<struct<field0:int,field1:varchar(1)>>"),
        ("r", "float"),
        ("b", "binary"),
    ]
    assert descriptor["Location"] == ""
    assert athena.rows("select id, amount from described") == [[1, 1.5]]
    athena.run("create or replace view described as select 2 as other")
    columns = athena.glue_table("described")["StorageDescriptor"]["Columns"]
    assert [column["Name"] for column in columns] == ["other"]
    assert athena.rows("select * from described") == [[2]]
    athena.run("drop view described")
    athena.run("drop view if exists described")
    with pytest.raises(TrinoError, match="described"):
        athena.run("select * from described")


def test_iceberg_table_is_made_empty_with_its_partitioning(athena):
    athena.run(
        "create table visits"
        " (id bigint comment 'who', ts timestamp, tags array<struct<name:string>>)"
        f" partitioned by (bucket(4, id), day(ts)) location '{athena.location('visits')}/'"
        " tblproperties ('table_type'='ICEBERG', 'optimize_rewrite_delete_file_threshold'='3')"
    )
    athena.run("insert into visits values (1, timestamp '2026-01-01 00:00:00', array[row('x')])")
    assert athena.lines("describe visits") == [
        "# Table schema:\t\t",
        "# col_name\tdata_type\tcomment",
        "id\tbigint\twho",
        "ts\ttimestamp\t",
        "tags\tarray<struct<name: string>>\t",
        "\t\t",
        "# Partition spec:\t\t",
        "# field_name\tfield_transform\tcolumn_name",
        "id_bucket\tbucket[4]\tid",
        "ts_day\tday\tts",
    ]
    assert "optimize_rewrite_delete_file_threshold\t3" in athena.lines("show tblproperties visits")
    assert athena.lines("show create table visits")[:6] == [
        "CREATE TABLE executor.visits (",
        "  id bigint COMMENT 'who', ",
        "  ts timestamp, ",
        "  tags array<struct<name:string>>)",
        "PARTITIONED BY (`bucket(4, id)`, `day(ts)`)",
        f"LOCATION '{athena.location('visits')}'",
    ]


def test_properties_of_an_iceberg_table_survive_commits_and_renames(athena):
    athena.make("kept__ha", "select 1 as id", optimize_rewrite_delete_file_threshold=1)
    athena.run("alter table kept__ha set tblproperties ('vacuum_max_snapshot_age_seconds'='7')")
    athena.run("insert into kept__ha values 2")
    athena.run("alter table `executor`.`kept__ha` rename to `executor`.`kept`")
    athena.run("delete from kept where id = 1")
    shown = athena.lines("show tblproperties kept")
    assert "optimize_rewrite_delete_file_threshold\t1" in shown
    assert "vacuum_max_snapshot_age_seconds\t7" in shown
    assert athena.rows("select * from kept") == [[2]]


def test_columns_of_an_iceberg_table_change_as_dbt_changes_them(athena):
    athena.make("evolving", "select 1 as c, 'x' as d")
    athena.run("alter table awsdatacatalog.executor.evolving add columns(c__dbt_alter bigint);")
    athena.run("update awsdatacatalog.executor.evolving set c__dbt_alter = cast(c as bigint);")
    athena.run("alter table awsdatacatalog.executor.evolving drop column c;")
    athena.run("alter table awsdatacatalog.executor.evolving\n change column c__dbt_alter c bigint")
    assert athena.rows("select c, d, typeof(c) from evolving") == [[1, "x", "bigint"]]


def test_column_of_an_iceberg_table_takes_a_wider_type_and_a_comment(athena):
    athena.make("widened", "select 1 as a, cast(1 as real) as b")
    athena.run("alter table widened change column a a bigint comment 'wide'")
    athena.run("alter table widened change b b double")
    assert athena.rows("select typeof(a), typeof(b) from widened") == [["bigint", "double"]]
    assert athena.glue_table("widened")["StorageDescriptor"]["Columns"][0]["Comment"] == "wide"
    with pytest.raises(TrinoError, match="Cannot change"):
        athena.run("alter table widened change column a a int")
    with pytest.raises(AthenaFailure, match="Invalid column reference"):
        athena.run("alter table widened change column no_such no_such int")


def test_columns_of_a_hive_table_change_in_glue(athena):
    athena.put("hive_columns", "a.txt", "1\x01a\x01x\n")
    athena.run(
        "create external table hive_columns (id string, name string)"
        f" location '{athena.location('hive_columns')}'"
    )
    athena.run("alter table hive_columns add columns (note string)")
    athena.run("alter table hive_columns change column id number int comment 'how many'")
    assert athena.rows("select * from hive_columns") == [[1, "a", "x"]]
    athena.run("alter table hive_columns replace columns (last string)")
    assert athena.rows("select * from hive_columns") == [["1"]]


def test_properties_and_location_of_a_hive_table_change_in_glue(athena):
    athena.put("moved", "a.txt", "moved\n")
    athena.run(
        f"create external table settings (line string) location '{athena.location('nothing')}'"
    )
    athena.run("alter table settings set tblproperties ('classification' = 'csv')")
    athena.run(f"alter table settings set location '{athena.location('moved')}/'")
    assert athena.glue_table("settings")["Parameters"]["classification"] == "csv"
    assert athena.rows("select * from settings") == [["moved"]]
    assert "classification\tcsv" in athena.lines("show tblproperties settings")
    assert athena.lines("show tblproperties settings ('EXTERNAL')") == ["EXTERNAL\tTRUE"]


def test_describe_and_show_create_of_a_hive_table(athena):
    athena.run(
        "create external table shown (id int comment 'who', name string) partitioned by (d date)"
        " row format delimited fields terminated by '\\t'"
        f" location '{athena.location('shown')}/' tblproperties ('note'='it''s')"
    )
    assert athena.lines("describe shown") == [
        "id                  \tint                 \twho                 ",
        "name                \tstring              \t                    ",
        "d                   \tdate                \t                    ",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name          \tdata_type           \tcomment             ",
        "\t \t ",
        "d                   \tdate                \t                    ",
    ]
    statement = "\n".join(athena.lines("show create table shown"))
    before = athena.glue_table("shown")
    athena.run("drop table shown")
    athena.run(statement)
    after = athena.glue_table("shown")
    assert after["StorageDescriptor"] == before["StorageDescriptor"]
    assert after["Parameters"] == before["Parameters"]
    assert after["PartitionKeys"] == before["PartitionKeys"]


def test_show_lists_what_is_there(athena):
    athena.run("create view a_listed as select 1 as n, 'x' as s")
    athena.make("z_listed", "select 1 as n")
    assert athena.lines("show tables like '*_listed'") == ["a_listed", "z_listed"]
    assert athena.lines("show tables like 'a_listed|z_*'") == ["a_listed", "z_listed"]
    with pytest.raises(AthenaFailure, match="Pattern '\\['"):
        athena.lines("show tables like '['")
    assert "a_listed" in athena.lines("show views")
    assert "z_listed" not in athena.lines("show views")
    assert "executor" in athena.lines("show databases")
    assert athena.lines("show databases like 'exec*'") == ["executor"]
    assert athena.lines("show columns in z_listed") == ["n"]
    assert athena.rows("describe a_listed") == [["n", "int"], ["s", "varchar(1)"]]


def test_show_create_of_a_view_is_in_the_words_of_athena(athena):
    athena.run("create view told comment 'said AS it is' security invoker as select 1 as n, 'x' s")
    assert athena.run("show create view told").columns == (Column("create view", "varchar"),)
    assert athena.lines("show create view told") == [
        "CREATE VIEW executor.told COMMENT 'said AS it is' AS",
        "SELECT",
        "  1 n",
        ", 'x' s",
    ]
    athena.run("create view comment as select 1 as n")
    assert athena.lines("show create view comment")[0].endswith(".comment AS")
    athena.run('create view "1st" as select 1 as n')
    assert athena.lines('show create view "1st"') == [
        'CREATE VIEW executor."1st" AS',
        "SELECT 1 n",
    ]
    assert athena.lines("show create table told") == [
        "CREATE VIEW `executor.told` AS /* Presto View */"
    ]
    with pytest.raises(TrinoError, match="does not exist"):
        athena.run("show create view nobody_told")


def test_explain_gives_the_lines_of_the_plan(athena):
    assert athena.lines("explain select 1")[0].startswith("Trino version")


def test_drop_of_a_hive_table_leaves_its_files_and_of_an_iceberg_table_none(athena):
    athena.put("hive_gone", "a.txt", "x\n")
    athena.run(
        f"create external table hive_gone (a string) location '{athena.location('hive_gone')}'"
    )
    athena.make("iceberg_gone", "select 1 as id")
    athena.run("drop table hive_gone")
    athena.run("drop table iceberg_gone")
    athena.run("drop table if exists iceberg_gone")
    assert athena.objects("hive_gone") == {"executor/hive_gone/a.txt"}
    assert athena.objects("iceberg_gone") == set()
    with pytest.raises(AthenaFailure, match=r"Table not found executor\.iceberg_gone"):
        athena.run("drop table iceberg_gone")


def test_database_is_dropped_with_its_tables_if_told(athena):
    athena.run("create schema short_lived")
    athena.run(
        "create table short_lived.t with (table_type='iceberg', is_external=false,"
        f" location='{athena.location('short_lived')}') as select 1 as id"
    )
    athena.run("create view short_lived.v as select 1 as id")
    athena.run("create schema if not exists short_lived")
    with pytest.raises(AthenaFailure, match="AlreadyExistsException"):
        athena.run("create schema short_lived")
    with pytest.raises(AthenaFailure, match="is not empty"):
        athena.run("drop schema short_lived")
    athena.run("drop schema short_lived cascade")
    assert "short_lived" not in athena.lines("show databases")
    athena.run("drop schema if exists short_lived")
    with pytest.raises(AthenaFailure, match="does not exist"):
        athena.run("drop schema short_lived")


def test_error_names_the_catalog_of_athena(athena):
    athena.make("taken", "select 1 as id")
    with pytest.raises(TrinoError) as failure:
        athena.run(
            "create table taken with (table_type='iceberg', is_external=false,"
            f" location='{athena.location('other')}') as select 1 as id"
        )
    assert failure.value.name == "TABLE_ALREADY_EXISTS"
    assert "'awsdatacatalog.executor.taken'" in failure.value.message
