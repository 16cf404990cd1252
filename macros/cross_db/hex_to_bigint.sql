{#
    The number that up to 15 hexadecimal digits stand for, as bigint.
#}
{% macro hex_to_bigint(hex) -%}
    {{ adapter.dispatch('hex_to_bigint', 'stedi')(hex) }}
{%- endmacro %}

{% macro default__hex_to_bigint(hex) -%}
    {{ unsupported_adapter('hex_to_bigint') }}
{%- endmacro %}

{% macro duckdb__hex_to_bigint(hex) -%}
    cast('0x' || {{ hex }} as bigint)
{%- endmacro %}

{% macro athena__hex_to_bigint(hex) -%}
    from_base({{ hex }}, 16)
{%- endmacro %}
