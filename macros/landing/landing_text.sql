{#
    The text a JSON value stands for: a string's own, or a number's or boolean's as the
    engine writes it (integers digit by digit).
    NULL for an object or an array.
#}
{% macro landing_text(column) -%}
    {%- set json = column.name ~ '_json' -%}
        case
            when starts_with({{ json }}, '"') then {{ json_string(json) }}
            when not starts_with({{ json }}, '{') and not starts_with({{ json }}, '[') then {{ json }}
        end
{%- endmacro %}
