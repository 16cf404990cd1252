{#
    A path as a DuckDB glob that matches nothing else, ready for a SQL text: wildcards in brackets.
#}
{% macro duckdb_literal_glob(path) -%}
    {{ modules.re.sub('([*?[])', '[\\1]', path) | replace("'", "''") }}
{%- endmacro %}
