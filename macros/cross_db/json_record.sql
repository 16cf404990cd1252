{#
    A JSON line taken apart, for json_member to read from; NULL for a NULL line.

    Args:
        line: SQL of a text that holds one JSON object.
        keys: the declared keys, matched exactly.
#}
{% macro json_record(line, keys) -%}
    {{ adapter.dispatch('json_record', 'stedi')(line, keys) }}
{%- endmacro %}

{% macro default__json_record(line, keys) -%}
    {{ unsupported_adapter('json_record') }}
{%- endmacro %}

{% macro duckdb__json_record(line, keys) -%}
    from_json({{ line }}, '{
        {%- for key in keys %}"{{ key }}":"JSON"{{ ',' if not loop.last }}{% endfor -%}
    }')
{%- endmacro %}

{% macro athena__json_record(line, keys) -%}
    cast(json_parse({{ line }}) as map(varchar, json))
{%- endmacro %}
