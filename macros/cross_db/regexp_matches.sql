{#
    True where a regular expression matches anywhere in a text; NULL for a NULL text.

    Use ^ and \z for the whole text: $ would also match before a line end. RE2 on DuckDB, Joni or
    RE2 on Athena: keep to what both know.
#}
{% macro regexp_matches(text, pattern) -%}
    {{ adapter.dispatch('regexp_matches', 'stedi')(text, pattern) }}
{%- endmacro %}

{% macro default__regexp_matches(text, pattern) -%}
    {{ unsupported_adapter('regexp_matches') }}
{%- endmacro %}

{% macro duckdb__regexp_matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro athena__regexp_matches(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}
