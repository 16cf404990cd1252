{#
    The number that a JSON value represents, as a double that may be infinite; NULL if it represents none.

    A JSON number is read in any form, a string if it is digits with an optional minus sign and fraction.
#}
{% macro landing_number(column) -%}
    {%- set json = column.name ~ '_json' -%}
        coalesce(
            try_cast({{ json }} as double),
            case
                when {{ regexp_matches(json, '^"-?[0-9]+(\\.[0-9]+)?"\\z') }}
                    then try_cast(substr({{ json }}, 2, length({{ json }}) - 2) as double)
            end
        )
{%- endmacro %}
