{#
    A DuckDB list of files, each taken literally: wildcards in a name are put in brackets.

    Args:
        paths: list of texts.
    Returns: SQL, e.g. ['data/a.json', 'data/b[[]1].json'].
#}
{% macro duckdb_file_list(paths) -%}
        [
            {%- for path in paths %}
            '{{ duckdb_literal_glob(path) }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ]
{%- endmacro %}
