{#
    True where a line is one RFC 8259 object in which no declared key occurs twice.

    Engines parse more leniently than the RFC, each in its own way; what they let pass is caught
    here, outside the line's strings.

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
    recognized first: a string or a number for every declared key, and no more colons than keys,
    leave no room for anything but a comma at the end. ('"' and '-' sort before '0', ':' after '9'.)
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
            when strlen({{ line }}) > {{ var('longest_line_bytes') }} or not starts_with({{ line }}, '{') then false
            when
                {{ line }} not like '{{ '%:' * (members | length + 1) }}%'
                {%- for member in members %}
                and ({{ member }} < '-:' or {{ member }} between '0' and ':')
                {%- endfor %}
                and not regexp_matches({{ line }}, ',{{ space }}[}]\z')
                then true
            else
                not regexp_matches({{ without_strings }}, ',{{ space }}[}\]]|[nN][aA][nN]|[iI][nN][fF]')
                and len({{ declared_keys }}) = len(list_distinct({{ declared_keys }}))
        end
{%- endmacro %}

{#-
    Trino parses strictly, but a key given twice may pass (the later one wins, or the line counts as
    unparsable: json_record), and so does half a surrogate pair. Both are looked for only in lines
    with an escape or with a declared key in quotes twice. There every \\ and \" is written as a
    number, so that each " left over begins or ends a string, and the line is read piece by piece:
    a string is a declared key if it is one level deep and a colon follows it.
-#}
{% macro athena__is_json_object(line, keys, members) -%}
    {%- set state = 'row(level bigint, text varchar, is_outside boolean, found array(varchar))' -%}
    {%- set text = "json_extract_scalar('\"' || state.text || '\"', '$')" -%}
        case
            when length(to_utf8({{ line }})) > {{ var('longest_line_bytes') }} then false
            when
                {%- for member in members %}
                {{ member }} is null and
                {%- endfor %}
                (not starts_with({{ line }}, '{') or try(json_parse({{ line }})) is null)
                then false
            when
                strpos({{ line }}, '\') = 0
                {%- for key in keys %}
                and strpos({{ line }}, '"{{ key }}"', 2) = 0
                {%- endfor %}
                then true
            else
                not regexp_like(
                    regexp_replace({{ line }}, '\\[^u]|\\u[dD][89abAB]..\\u[dD][c-fC-F]', ' '),
                    '\\u[dD][89a-fA-F]'
                )
                and reduce(
                    split(replace(replace({{ line }}, '\\', '\u005c'), '\"', '\u0022'), '"'),
                    cast(row(0, null, true, array[]) as {{ state }}),
                    (state, piece) -> cast(
                        row(
                            if(
                                state.is_outside,
                                state.level
                                + length(replace(replace(piece, '}'), ']'))
                                - length(replace(replace(piece, '{'), '[')),
                                state.level
                            ),
                            if(not state.is_outside, piece),
                            not state.is_outside,
                            if(
                                state.is_outside
                                and state.level = 1
                                and regexp_like(piece, '^[ \t\r]*:')
                                and contains(array['{{ keys | join("', '") }}'], {{ text }})
                                and cardinality(state.found) <= {{ keys | length }},
                                state.found || {{ text }},
                                state.found
                            )
                        ) as {{ state }}
                    ),
                    state -> cardinality(state.found) = cardinality(array_distinct(state.found))
                )
        end
{%- endmacro %}
