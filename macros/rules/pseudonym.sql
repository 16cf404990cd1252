{#
    The pseudonym of a person or a device: SHA-256 of pepper, purpose and value, so that nobody who
    lacks the pepper can test an e-mail or serial number. The query must join the secret's `pepper`.

    Args:
        purpose: 'subject' or 'device'.
        value: SQL of the e-mail or the serial number, as it is.
    Returns: SQL of 64 lower-case hexadecimal digits; NULL for NULL.
#}
{% macro pseudonym(purpose, value) -%}
    {{ sha256_hex("pepper.pepper || ':" ~ purpose ~ ":' || " ~ value) }}
{%- endmacro %}
