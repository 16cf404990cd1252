{#
    All texts of a group as one, in the order of a column; NULL if there are none. No text may be NULL.

    DuckDB puts a sorted list together in half the processor time that its string_agg takes.
#}
{% macro concatenated(text, order_by) -%}
    {{ adapter.dispatch('concatenated', 'stedi')(text, order_by) }}
{%- endmacro %}

{% macro default__concatenated(text, order_by) -%}
    {{ unsupported_adapter('concatenated') }}
{%- endmacro %}

{% macro duckdb__concatenated(text, order_by) -%}
    array_to_string(list({{ text }} order by {{ order_by }}), '')
{%- endmacro %}

{% macro athena__concatenated(text, order_by) -%}
    {{ dbt.listagg(text, "''", 'order by ' ~ order_by) }}
{%- endmacro %}
