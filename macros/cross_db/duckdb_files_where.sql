{#
    Those of some files whose size or content fulfils a condition.

    read_blob takes folders key=value in all paths for columns, even for its own: size=3 breaks it.
    A file without such folders keeps it from that.

    Args:
        paths: list of texts.
        condition: SQL on the columns filename, size (bytes) and content of read_blob.
    Returns: the paths that fulfil it.
#}
{% macro duckdb_files_where(paths, condition) %}
    {%- if not paths -%}
        {%- do return([]) -%}
    {%- endif -%}
    {%- do return(run_query(
        "select filename from read_blob(" ~ duckdb_file_list(['/dev/null'] + paths) ~ ") "
        "where filename <> '/dev/null' and " ~ condition
    ).columns[0].values() | list) -%}
{% endmacro %}
