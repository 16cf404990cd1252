{#
    Fails if two relations have different numbers of rows.

    Args:
        compare_model: the other relation.
    Failing row: both numbers.
#}
{% test equal_rowcount(model, compare_model) %}
select
    this_one.row_count,
    other_one.row_count as compared_row_count
from (select count(*) as row_count from {{ model }}) as this_one
cross join (select count(*) as row_count from {{ compare_model }}) as other_one
where this_one.row_count <> other_one.row_count
{% endtest %}
