{#
    A path as a DuckDB glob that matches nothing else, escaped for a SQL string: wildcards in brackets.
#}
{% macro duckdb_literal_glob(path) -%}
    {{ modules.re.sub('([*?[])', '[\\1]', path) | replace("'", "''") }}
{%- endmacro %}
