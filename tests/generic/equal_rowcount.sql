{#
    Fails on every group of rows of which two relations have different numbers.

    Args:
        compare_model: the other relation.
        group_by_columns: rows are counted for each combination of these; none of them is NULL.
    Failing rows: the combination and both numbers, NULL where one has no such rows.
#}
{% test equal_rowcount(model, compare_model, group_by_columns) %}
{%- set columns = group_by_columns | join(', ') %}
select
    {{ columns }},
    this_one.row_count,
    other_one.row_count as compared_row_count
from (select {{ columns }}, count(*) as row_count from {{ model }} group by {{ columns }}) as this_one
full join (select {{ columns }}, count(*) as row_count from {{ compare_model }} group by {{ columns }}) as other_one
    using ({{ columns }})
where this_one.row_count is distinct from other_one.row_count
{% endtest %}
