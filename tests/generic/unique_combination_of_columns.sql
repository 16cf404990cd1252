{#
    Fails on every combination of columns that stands in more than one row.

    Args:
        columns: the columns of the key.
    Failing rows: the key and how many rows have it.
#}
{% test unique_combination_of_columns(model, columns) %}
select
    {{ columns | map('tojson') | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | map('tojson') | join(', ') }}
having count(*) > 1
{% endtest %}
