{#
    True where a line is one RFC 8259 object in which no declared key stands twice.

    Engines parse more leniently than the RFC, each in its own way; what they let pass is caught
    here, outside of the line's strings.

    Args:
        line: SQL of a text without white space around it; NULL where the engine could not parse it.
        keys: the declared keys, matched exactly.
#}
{% macro is_json_object(line, keys) -%}
    {{ adapter.dispatch('is_json_object', 'stedi')(line, keys) }}
{%- endmacro %}

{% macro default__is_json_object(line, keys) -%}
    {{ unsupported_adapter('is_json_object') }}
{%- endmacro %}

{#- DuckDB accepts a comma before a closing bracket, NaN and Infinity, and keys given twice. -#}
{% macro duckdb__is_json_object(line, keys) -%}
    {%- set leniency = ',[ \\t\\r]*[}\\]]|[nN][aA][nN]|[iI][nN][fF]' -%}
    {%- set strings = '"(?:[^"\\\\]|\\\\.)*"' -%}
    {%- set declared_keys -%}
        list_filter(json_keys({{ line }}), lambda key: key in ('{{ keys | join("', '") }}'))
    {%- endset -%}
            starts_with({{ line }}, '{')
            and strlen({{ line }}) <= 16777216
            and (
                not regexp_matches({{ line }}, '{{ leniency }}')
                or not regexp_matches(regexp_replace({{ line }}, '{{ strings }}', '""', 'g'), '{{ leniency }}')
            )
            and (
                json_keys({{ line }}) = ['{{ keys | join("', '") }}']  -- the usual line, checked fast
                or len({{ declared_keys }}) = len(list_distinct({{ declared_keys }}))
            )
{%- endmacro %}

{% macro athena__is_json_object(line, keys) -%}
            starts_with({{ line }}, '{')
            and try(cast(json_parse({{ line }}) as map(varchar, json))) is not null
{%- endmacro %}
