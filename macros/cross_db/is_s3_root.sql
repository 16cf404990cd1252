{#
    True for s3://bucket/prefix that S3, Athena and a statement's text can all name: no empty step, no
    . or .., none of the characters that S3 advises against or Athena takes for wildcards.

    scripts/stedi/s3_root.py takes the same addresses.
#}
{% macro is_s3_root(address) %}
    {%- set step = '/(?![.]{1,2}(?:/|\\Z))[^/\\x00-\\x1f\\x7f\\\\\\x27"`*?#%{}\\[\\]^<>|~]+' -%}
    {%- do return(
        modules.re.fullmatch('s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:' ~ step ~ ')*/?', address) is not none
    ) -%}
{% endmacro %}
