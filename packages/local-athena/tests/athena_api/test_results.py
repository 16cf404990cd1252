"""Results: the answer of GetQueryResults and the file in S3."""

from __future__ import annotations

import pytest

from ..endpoint_process import A_ROW, LOCATION, rows_of, says


def test_a_select_has_a_header_and_a_csv_file(queries, bucket) -> None:
    execution = queries.run(
        says(
            [1, 'a "b", c\nd', 1e-4, None],
            [None, "", 2.0, "AQI="],
            columns={"i": "integer", "s": "varchar", "d": "double", "b": "varbinary"},
        )
    )
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [
        ["i", "s", "d", "b"],
        ["1", 'a "b", c\nd', "1.0E-4", None],
        [None, "", "2.0", "01 02"],
    ]
    assert results["UpdateCount"] == 0
    columns = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [column["Type"] for column in columns] == ["integer", "varchar", "double", "varbinary"]
    assert bucket(execution) == (
        '"i","s","d","b"\n"1","a ""b"", c\nd","1.0E-4",\n,"","2.0","01 02"\n'
    )
    again = queries.results(execution["QueryExecutionId"])
    assert again["ResultSet"] == results["ResultSet"]


def test_a_select_without_rows_has_its_header(queries, bucket) -> None:
    execution = queries.run(says(columns={"a": "integer"}))
    assert rows_of(queries.results(execution["QueryExecutionId"])) == [["a"]]
    assert bucket(execution) == '"a"\n'


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (("DML", "INSERT"), "{}"),
        (("DML", "UNLOAD"), "{}"),
        (("DML", "UPDATE"), "{}.csv"),
        (("DML", "DELETE"), "{}.csv"),
        (("DML", "MERGE"), "{}.csv"),
        (("DDL", "CREATE_TABLE_AS_SELECT"), "tables/{}"),
    ],
)
def test_a_write_has_a_count_no_rows_and_no_file(queries, bucket, kind, name) -> None:
    execution = queries.run(says([3], columns={"rows": "bigint"}, kind=kind, count=3))
    execution_id = execution["QueryExecutionId"]
    results = queries.results(execution_id)
    assert results["UpdateCount"] == 3
    assert rows_of(results) == []
    [column] = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert (column["Name"], column["Type"]) == ("rows", "bigint")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location == LOCATION + name.format(execution_id)
    assert bucket(execution) is None


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        (("DML", "INSERT"), ["s3://b/t/1", "s3://b/t/2"]),
        (("DML", "UNLOAD"), []),
        (("DDL", "CREATE_TABLE_AS_SELECT"), ["s3://b/t/1"]),
    ],
)
def test_a_write_lists_its_files_in_a_manifest(queries, objects, kind, files) -> None:
    execution = queries.run(says(kind=kind, count=1, files=files))
    location = execution["ResultConfiguration"]["OutputLocation"]
    manifest = execution["Statistics"]["DataManifestLocation"]
    assert manifest == f"{location}-manifest.csv"
    assert objects(manifest).decode() == "".join(f"{file}\n" for file in files)
    assert objects(f"{location}.metadata")


def test_a_statement_that_lists_no_files_has_no_manifest(queries) -> None:
    assert "DataManifestLocation" not in queries.run(A_ROW)["Statistics"]


def test_the_metadata_of_a_result_are_its_columns(queries, objects) -> None:
    execution = queries.run(says(columns={"ary": "array(integer)", "s": "varchar(200)"}))
    written = objects(execution["ResultConfiguration"]["OutputLocation"] + ".metadata")
    # The bytes of a column as AWS writes them; its field 1 is an id.
    ary = b"\x22\x19\n\x04hive\x22\x03ary*\x03ary2\x05arrayH\x03"
    s = b"\x22\x1c\n\x04hive\x22\x01s*\x01s2\x07varchar8\xc8\x01H\x03P\x01"
    assert written == b"\n$" + execution["QueryExecutionId"].encode() + ary + s


@pytest.mark.parametrize(
    "kind", [("DDL", "CREATE_TABLE"), ("DML", "SELECT"), ("UTILITY", "SHOW_TABLES")]
)
def test_every_result_has_metadata(queries, objects, kind) -> None:
    execution = queries.run(says(kind=kind))
    assert objects(execution["ResultConfiguration"]["OutputLocation"] + ".metadata")


def test_ddl_has_nothing_and_an_empty_file(queries, bucket) -> None:
    execution = queries.run(says(kind=("DDL", "CREATE_TABLE")))
    results = queries.results(execution["QueryExecutionId"])
    assert results["ResultSet"] == {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}
    assert "UpdateCount" not in results
    assert bucket(execution) == ""


def test_show_and_describe_have_one_text_a_row_and_no_header(queries, bucket) -> None:
    columns = {"col_name": "string", "data_type": "string", "comment": "string"}
    lines = [["", "", ""], ["a", "int", None], ["b", "string", "two\nlines"]]
    execution = queries.run(says(*lines, columns=columns, kind=("UTILITY", "DESCRIBE_TABLE")))
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [["\t\t"], ["a\tint\t"], ["b\tstring\ttwo"], ["lines"]]
    assert len(results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]) == 3
    assert results["UpdateCount"] == 0
    assert bucket(execution) == "\t\t\na\tint\t\nb\tstring\ttwo\nlines"
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")


def test_msck_repair_has_lines_without_a_column(queries, bucket) -> None:
    lines = ["Partitions not in metastore:\tt:d=1"], ["Repair: Added partition to metastore t:d=1"]
    execution = queries.run(says(*lines, kind=("DDL", "MSCK_REPAIR")))
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == list(lines)
    assert results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"] == []
    assert "UpdateCount" not in results
    assert bucket(execution) == "\n".join(line for (line,) in lines)


def test_the_first_line_of_a_text_may_be_empty(queries, bucket) -> None:
    lines = says([""], ["a"], columns={"tab_name": "string"}, kind=("UTILITY", "SHOW_TABLES"))
    assert bucket(queries.run(lines)) == "\na"


def test_explain_has_a_header_and_a_row_a_line(queries, bucket) -> None:
    plan = says(
        ["Fragment 0\n  (1)\n\n"], columns={"Query Plan": "varchar"}, kind=("DML", "EXPLAIN")
    )
    execution = queries.run(plan)
    results = queries.results(execution["QueryExecutionId"])
    assert rows_of(results) == [["Query Plan"], ["Fragment 0"], ["  (1)"], [""], [""], [""]]
    assert "UpdateCount" not in results
    assert bucket(execution) == "Query Plan\nFragment 0\n  (1)\n\n\n"
