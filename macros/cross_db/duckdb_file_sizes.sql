{#
    The sizes of some files, which are not opened for that.

    read_blob takes folders key=value in all paths for columns, even for its own: size=3 breaks it.
    A file without such folders keeps it from that.

    Args:
        paths: list of texts.
    Returns: path -> bytes.
#}
{% macro duckdb_file_sizes(paths) %}
    {%- set sizes = {} -%}
    {%- if paths -%}
        {%- for path, bytes in run_query(
            "select filename, size from read_blob(" ~ duckdb_file_list(['/dev/null'] + paths) ~ ") "
            "where filename <> '/dev/null' order by filename"
        ).rows -%}
            {%- do sizes.update({path: bytes | int}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(sizes) -%}
{% endmacro %}
