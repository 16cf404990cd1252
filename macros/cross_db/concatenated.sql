{#
    All texts of a group as one, in the order of a column; NULL if there are none.
#}
{% macro concatenated(text, order_by) -%}
    {{ dbt.listagg(text, "''", 'order by ' ~ order_by) }}
{%- endmacro %}
