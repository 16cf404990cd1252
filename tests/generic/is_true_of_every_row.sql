{#
    Fails on every row for which an expression is not true; NULL is not true.

    Args:
        expression: SQL over the model's columns.
        keys: the columns to show of a failing row.
#}
{% test is_true_of_every_row(model, expression, keys) %}
select {{ keys | map('tojson') | join(', ') }}
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
