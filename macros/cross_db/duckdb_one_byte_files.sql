{#
    The uncompressed files of a single byte that is not white space. Such a line holds no JSON object,
    and read_ndjson_objects skips it.

    Args:
        files: paths relative to the landing root.
    Returns: those of them, as they are.
#}
{% macro duckdb_one_byte_files(root, files) %}
    {%- set plain = [] -%}
    {%- for file in files if not file.endswith('.gz') -%}
        {%- do plain.append(root ~ '/' ~ file) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- if plain -%}
        {%- set sizes = run_query(
            "select filename from read_blob(" ~ duckdb_file_list(plain) ~ ") where size = 1"
        ) -%}
        {%- for path in sizes.columns[0].values() -%}
            {%- set blank = run_query(
                "select 1 from read_blob('" ~ duckdb_literal_glob(path) ~ "') "
                "where content in ('\\x09', '\\x0A', '\\x0B', '\\x0C', '\\x0D', ' ')"
            ) -%}
            {%- if not blank.rows -%}
                {%- do found.append(path[root | length + 1:]) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(found) -%}
{% endmacro %}
