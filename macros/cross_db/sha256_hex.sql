{#
    The SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits; NULL for NULL.
#}
{% macro sha256_hex(text) -%}
    {{ adapter.dispatch('sha256_hex', 'stedi')(text) }}
{%- endmacro %}

{% macro default__sha256_hex(text) -%}
    {{ unsupported_adapter('sha256_hex') }}
{%- endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro athena__sha256_hex(text) -%}
    lower(to_hex(sha256(to_utf8({{ text }}))))
{%- endmacro %}
