{#
    Fails on every combination of columns that occurs in more than one row.

    Args:
        combination_of_columns: the columns of the key.
    Failing rows: the key and how many rows have it.
#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
select
    {{ combination_of_columns | map('tojson') | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by {{ combination_of_columns | map('tojson') | join(', ') }}
having count(*) > 1
{% endtest %}
