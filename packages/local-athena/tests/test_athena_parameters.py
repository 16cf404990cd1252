"""ExecutionParameters in the place of question marks."""

from __future__ import annotations

import pytest
from local_athena.athena_api import parameters


def test_only_question_marks_that_are_code_are_parameters() -> None:
    sql = """select '?', "?", ? -- ?\n /* ? */ from `?` where a = ? and b = 'it''s ?'"""
    assert parameters.count(sql) == 2
    assert parameters.substitute(sql, ["1", "2"]) == sql.replace(", ? -", ", 1 -").replace(
        "a = ? and", "a = 2 and"
    )


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        (r"create external table t (a int comment 'don\'t ask?') location 's3://b/?'", 0),
        (r"alter table t set tblproperties ('a' = 'it\'s ?')", 0),
        (r"create table t with (location = '\') as select ?", 1),
        (r"create view v as select '\', ?", 1),
        (r"select '\', ?", 1),
    ],
)
def test_a_backslash_keeps_a_quote_in_the_ddl_of_hive_only(sql: str, number: int) -> None:
    assert parameters.count(sql) == number


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("10", "10"),
        ("-1", "(-1)"),
        ("1.5", "(1.5)"),
        ("1e3", "(1e3)"),
        ("'a string'", "('a string')"),
        ("'it''s'", "('it''s')"),
        ("''", "('')"),
        ("NULL", "(NULL)"),
        ("true", "(true)"),
        ("1 + 1", "(1 + 1)"),
        ("DATE '2020-01-01'", "(DATE '2020-01-01')"),
        ("TIMESTAMP '2020-01-01 00:00:00'", "(TIMESTAMP '2020-01-01 00:00:00')"),
        ("now()", "(now())"),
        ("cast(1 as varchar)", "(cast(1 as varchar))"),
        ("ARRAY[1, 2]", "(ARRAY[1, 2])"),
        ("1 OR 1=1", "(1 OR 1=1)"),
        ("X'AB'", "(X'AB')"),
        (r"U&'\00e4'", r"(U&'\00e4')"),
        ("uuid '123e'", "(uuid '123e')"),
        # what does not parse, or names a column, is a text
        ("abc", "'abc'"),
        ("abc def", "'abc def'"),
        ("it's", "'it''s'"),
        ("x + 1", "'x + 1'"),
        ("t.x", "'t.x'"),
        ('"x"', "'\"x\"'"),
        ("123e4567-e89b-12d3-a456-426614174000", "'123e4567-e89b-12d3-a456-426614174000'"),
        ("2020-01-01 10:00:00", "'2020-01-01 10:00:00'"),
        ("1, 2", "'1, 2'"),
        ("1 2", "'1 2'"),
        ("10%", "'10%'"),
        ("(1", "'(1'"),
        ("1) or (1", "'1) or (1'"),
        ("1 -- x", "'1 -- x'"),
        ("/* x */ 1", "'/* x */ 1'"),
        ("1date", "'1date'"),
        ("1.5 >= 1 or 'a' || 'b' <> ''", "(1.5 >= 1 or 'a' || 'b' <> '')"),
        ("1; select 2", "'1; select 2'"),
        ("", "''"),
        ("äö", "'äö'"),
        ("?", "'?'"),
    ],
)
def test_a_value_is_an_expression_or_a_text(value: str, written: str) -> None:
    assert parameters.substitute("?", [value]) == written
