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

{#-
    cast(json_parse(…) as map) is one step on Trino and fails on a key given twice, unknown keys
    included. The line is then written anew, which leaves the last of them. An integer -0 would
    lose its sign: it is put in quotes, which stand for the same in a column of any type.
-#}
{% macro athena__json_record(line, keys) -%}
    {%- set minus_zero = "(:[ \\t\\r]*)-0([ \\t\\r]*[,}])" -%}
    {%- set text -%}
        if(
                strpos({{ line }}, '-0') > 0 and regexp_like({{ line }}, '{{ minus_zero }}'),
                regexp_replace(
                    {{ line }},
                    '("(?:[^"\\]|\\.)*")|{{ minus_zero }}',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                {{ line }}
            )
    {%- endset -%}
    coalesce(
            try(cast(json_parse({{ text }}) as map(varchar, json))),
            try(cast(json_parse(json_format(json_parse({{ text }}))) as map(varchar, json)))
        )
{%- endmacro %}
