{#
    The value of a column: of the declared type, or NULL if it is absent or not of that type.

    - varchar: text as it is; a required one that is absent is NULL.
    - double: finite; negative zero is zero.
    - bigint, integer: integral, within ±(2^53 - 1), which a double holds exactly, and the type.
    - time `event`: inside the bounds of dbt_project.yml; `consent`: the same, or 0 and below.
#}
{% macro landing_value(column) -%}
    {%- set number = column.name ~ '_number' -%}
    {%- set bounds = {'integer': ('-2147483648', '2147483647')}.get(
        column.data_type, ('-9007199254740991', '9007199254740991')
    ) -%}
    {%- if column.data_type == 'varchar' and not column.meta.required -%}
        {{ column.name }}_text
    {%- elif column.data_type == 'varchar' -%}
        case when not {{ column.name }}_is_absent then {{ column.name }}_text end
    {%- elif column.data_type == 'double' -%}
        case
            when {{ number }} = 0 then 0e0
            when {{ number }} between -1.7976931348623157e308 and 1.7976931348623157e308 then {{ number }}
        end
    {%- else -%}
        case
            when
                {{ number }} between {{ bounds[0] }} and {{ bounds[1] }}
                and {{ number }} = floor({{ number }})
                {%- if column.meta.time %}
                and (
                    {{ number ~ ' <= 0 or ' if column.meta.time == 'consent' -}}
                    ({{ number }} >= {{ var('earliest_time_ms') }} and {{ number }} < {{ var('latest_time_ms') }})
                )
                {%- endif %}
                then cast({{ number }} as {{ column.data_type }})
        end
    {%- endif -%}
{%- endmacro %}
