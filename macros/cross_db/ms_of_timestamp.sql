{#
    A timestamp(6) without time zone, taken as UTC, as epoch milliseconds (bigint).
#}
{% macro ms_of_timestamp(at) -%}
    {{ adapter.dispatch('ms_of_timestamp', 'stedi')(at) }}
{%- endmacro %}

{% macro default__ms_of_timestamp(at) -%}
    {{ unsupported_adapter('ms_of_timestamp') }}
{%- endmacro %}

{% macro duckdb__ms_of_timestamp(at) -%}
    epoch_ms({{ at }})
{%- endmacro %}

{% macro athena__ms_of_timestamp(at) -%}
    cast(round(to_unixtime({{ at }}) * 1e3) as bigint)
{%- endmacro %}
