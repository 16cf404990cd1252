{#
    The mean of a group's doubles, added up from the least to the greatest: a sum of doubles depends on
    the order of addition, so it is fixed. No value may be NULL.

    DuckDB sorts a list in two thirds of the processor time that its ordered aggregates take.
#}
{% macro ordered_average(number) -%}
    {{ adapter.dispatch('ordered_average', 'stedi')(number) }}
{%- endmacro %}

{% macro default__ordered_average(number) -%}
    {{ unsupported_adapter('ordered_average') }}
{%- endmacro %}

{% macro duckdb__ordered_average(number) -%}
    list_avg(list_sort(list({{ number }})))
{%- endmacro %}

{% macro athena__ordered_average(number) -%}
    avg({{ number }} order by {{ number }})
{%- endmacro %}
