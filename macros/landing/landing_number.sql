{#
    The number a JSON value stands for, as a double; NULL if it stands for none.

    A JSON number counts in any form; a text counts if it is plain digits, with sign and fraction.
    It may still be infinite: landing_value.sql sees to that.
#}
{% macro landing_number(column) -%}
        try_cast(
            case
                when
                    not starts_with({{ column.name }}_json, '"')
                    or {{ regexp_matches(column.name ~ '_text', '^-?[0-9]+(\\.[0-9]+)?\\z') }}
                    then {{ column.name }}_text
            end as double
        )
{%- endmacro %}
