{#
    The text that a JSON string stands for: quotes removed, escapes resolved.

    Args:
        json: SQL of a text that holds one JSON string, its quotes included.
#}
{% macro json_string(json) -%}
    {{ adapter.dispatch('json_string', 'stedi')(json) }}
{%- endmacro %}

{% macro default__json_string(json) -%}
    {{ unsupported_adapter('json_string') }}
{%- endmacro %}

{% macro duckdb__json_string(json) -%}
    json_extract_string({{ json }}, '$')
{%- endmacro %}

{% macro athena__json_string(json) -%}
    json_extract_scalar({{ json }}, '$')
{%- endmacro %}
