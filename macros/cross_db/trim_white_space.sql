{#
    A text without the white space around it: space, tab, LF, VT, FF, CR and nothing else.

    For short texts: on Athena the time grows with the square of a run of white space inside.
#}
{% macro trim_white_space(text) -%}
    {{ adapter.dispatch('trim_white_space', 'stedi')(text) }}
{%- endmacro %}

{% macro default__trim_white_space(text) -%}
    {{ unsupported_adapter('trim_white_space') }}
{%- endmacro %}

{% macro duckdb__trim_white_space(text) -%}
    regexp_replace({{ text }}, '^[ \t\n\x0b\f\r]+|[ \t\n\x0b\f\r]+\z', '', 'g')
{%- endmacro %}

{% macro athena__trim_white_space(text) -%}
    regexp_replace({{ text }}, '^[ \t\n\x0b\f\r]+|[ \t\n\x0b\f\r]+\z', '')
{%- endmacro %}
