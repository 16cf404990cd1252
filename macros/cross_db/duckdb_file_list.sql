{#
    A DuckDB list of files, each taken literally: as texts, names with wildcards would be patterns.

    Args:
        paths: list of texts.
    Returns: SQL, a list of structs with the field filename.
#}
{% macro duckdb_file_list(paths) -%}
        list_transform(
            [
                {%- for path in paths %}
                '{{ path | replace("'", "''") }}'{{ ',' if not loop.last }}
                {%- endfor %}
            ],
            lambda file: {'filename': file}
        )
{%- endmacro %}
