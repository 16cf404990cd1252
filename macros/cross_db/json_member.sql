{#
    The text of one member's JSON value (a string keeps its quotes); NULL if missing or null.

    Args:
        record: SQL of what json_record made.
        key: a declared key.
#}
{% macro json_member(record, key) -%}
    {{ adapter.dispatch('json_member', 'stedi')(record, key) }}
{%- endmacro %}

{% macro default__json_member(record, key) -%}
    {{ unsupported_adapter('json_member') }}
{%- endmacro %}

{% macro duckdb__json_member(record, key) -%}
    cast({{ record }}."{{ key }}" as varchar)
{%- endmacro %}

{% macro athena__json_member(record, key) -%}
    nullif(json_format(element_at({{ record }}, '{{ key }}')), 'null')
{%- endmacro %}
