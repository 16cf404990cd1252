{#
    The value of a column: of the declared type, or NULL if it is absent or not of that type.

    - varchar: the text as it is; a required one that is blank is NULL.
    - double: finite; negative zero is zero (-0.0 + 0.0 is 0.0).
    - bigint, integer: integral and within the type; bigint within ±(2^53 - 1), where doubles are exact.
    - time `event`: inside the bounds of dbt_project.yml; `consent`: the same, or 0 and below.
#}
{% macro landing_value(column) -%}
    {%- set raw = column.name ~ '_raw' -%}
    {%- set in_time = raw ~ ' >= ' ~ var('earliest_time_ms') ~ ' and ' ~ raw ~ ' < ' ~ var('latest_time_ms') -%}
    {%- if column.data_type == 'varchar' -%}
        {{ 'case when not ' ~ is_blank(raw) ~ ' then ' ~ raw ~ ' end' if column.meta.required else raw }}
    {%- elif column.data_type == 'double' -%}
        case when abs({{ raw }}) <= 1.7976931348623157e308 then {{ raw }} + 0e0 end
    {%- else -%}
        case
            when
                {% if column.meta.time == 'event' -%}
                {{ in_time }}
                {%- elif column.meta.time == 'consent' -%}
                ({{ raw }} between -9007199254740991 and 0 or ({{ in_time }}))
                {%- elif column.data_type == 'integer' -%}
                {{ raw }} between -2147483648 and 2147483647
                {%- else -%}
                {{ raw }} between -9007199254740991 and 9007199254740991
                {%- endif %}
                and {{ raw }} = floor({{ raw }})
                then cast({{ raw }} as {{ column.data_type }})
        end
    {%- endif -%}
{%- endmacro %}
