{#
    Fails on every row that has no equal in another relation; NULL equals NULL.

    Args:
        to: the other relation.
        columns: the columns compared.
        to_columns: their names over there, in the same order; the same names by default.
        to_where: SQL that limits the other relation's rows.
    Failing rows: the compared columns.
#}
{% test rows_exist_in(model, to, columns, to_columns=none, to_where='true') %}
select {{ columns | map('tojson') | join(', ') }}
from {{ model }}
except
select {{ (to_columns or columns) | map('tojson') | join(', ') }}
from {{ to }}
where {{ to_where }}
{% endtest %}
