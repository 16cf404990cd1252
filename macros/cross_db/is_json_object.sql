{#
    True where a line is one RFC 8259 object in which no declared key stands twice.

    Engines parse more leniently than the RFC, each in its own way; what they let pass is caught
    here, outside of the line's strings.

    Args:
        line: SQL of a text without white space around it; NULL where the engine could not parse it.
        keys: the declared keys, matched exactly.
        members: the columns that json_member made of them.
#}
{% macro is_json_object(line, keys, members) -%}
    {{ adapter.dispatch('is_json_object', 'stedi')(line, keys, members) }}
{%- endmacro %}

{% macro default__is_json_object(line, keys, members) -%}
    {{ unsupported_adapter('is_json_object') }}
{%- endmacro %}

{#-
    DuckDB accepts a comma before a closing bracket, NaN and Infinity in any case, and keys given
    twice. They are looked for in the line without its strings. That is slow, so a plain line is
    recognized first: as many colons as members that have a value, and a string or a number for
    each of them, leave no room for anything but a comma at the end.
-#}
{% macro duckdb__is_json_object(line, keys, members) -%}
    {%- set space = '[ \\t\\r]*' -%}
    {%- set without_strings -%}
        regexp_replace({{ line }}, '"(?:[^"\\]|\\.)*"', '""', 'g')
    {%- endset -%}
    {%- set declared_keys -%}
        list_filter(json_keys({{ line }}), lambda key: key in ('{{ keys | join("', '") }}'))
    {%- endset -%}
        case
            when strlen({{ line }}) > 16777216 or not starts_with({{ line }}, '{') then false
            when
                strlen({{ line }}) - strlen(replace({{ line }}, ':', '')) = 0
                {%- for member in members %} + cast({{ member }} is not null as integer){% endfor %}
                {%- for member in members %}
                and (
                    {{ member }} is null
                    or starts_with({{ member }}, '"')
                    or {{ member }} between '0' and ':'
                    or {{ member }} between '-0' and '-:'
                )
                {%- endfor %}
                and not regexp_matches({{ line }}, ',{{ space }}[}]\z')
                then true
            else
                not regexp_matches({{ without_strings }}, ',{{ space }}[}\]]|[nN][aA][nN]|[iI][nN][fF]')
                and len({{ declared_keys }}) = len(list_distinct({{ declared_keys }}))
        end
{%- endmacro %}

{% macro athena__is_json_object(line, keys, members) -%}
        starts_with({{ line }}, '{')
        and try(cast(json_parse({{ line }}) as map(varchar, json))) is not null
{%- endmacro %}
