{#
    True where a record has no value: key missing, null, "" or nothing but white space.

    White space is space, tab, LF, VT, FF and CR. All of them sort below '!', which spares almost
    every text the regular expression.
#}
{% macro landing_is_absent(column) -%}
        (
            {{ column.name }}_json is null
            or (
                starts_with({{ column.name }}_json, '"')
                and {{ column.name }}_text < '!'
                and {{ regexp_matches(column.name ~ '_text', '^[ \\t\\n\\x0b\\f\\r]*\\z') }}
            )
        )
{%- endmacro %}
