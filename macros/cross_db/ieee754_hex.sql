{#
    The 64 bits of a double as 16 upper-case hexadecimal digits: equal on every engine, which the
    decimal text of a double is not.
#}
{% macro ieee754_hex(number) -%}
    {{ adapter.dispatch('ieee754_hex', 'stedi')(number) }}
{%- endmacro %}

{% macro default__ieee754_hex(number) -%}
    {{ unsupported_adapter('ieee754_hex') }}
{%- endmacro %}

{% macro duckdb__ieee754_hex(number) -%}
    hex(cast(cast({{ number }} as bit) as blob))
{%- endmacro %}

{% macro athena__ieee754_hex(number) -%}
    to_hex(to_ieee754_64({{ number }}))
{%- endmacro %}
