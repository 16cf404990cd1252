{#
    Epoch milliseconds (UTC, within the bounds of dbt_project.yml) as timestamp(6) without time zone.

    Athena's from_unixtime takes seconds as a double, exact to the microsecond until the year 2112,
    and gives milliseconds.
#}
{% macro timestamp_of_ms(ms) -%}
    {{ adapter.dispatch('timestamp_of_ms', 'stedi')(ms) }}
{%- endmacro %}

{% macro default__timestamp_of_ms(ms) -%}
    {{ unsupported_adapter('timestamp_of_ms') }}
{%- endmacro %}

{% macro duckdb__timestamp_of_ms(ms) -%}
    epoch_ms({{ ms }})
{%- endmacro %}

{% macro athena__timestamp_of_ms(ms) -%}
    cast(from_unixtime({{ ms }} / 1e3) as timestamp(6))
{%- endmacro %}
