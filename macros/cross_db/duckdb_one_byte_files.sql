{#
    The files whose whole content is a single byte that is not white space. Such a line holds no JSON
    object, and read_ndjson_objects skips it.

    Args:
        files: paths relative to the landing root.
    Returns: those of them, as they are.
#}
{% macro duckdb_one_byte_files(root, files) %}
    {%- set gzipped = [] -%}
    {%- set plain = [] -%}
    {%- for file in files -%}
        {%- do (gzipped if file.endswith('.gz') else plain).append(root ~ '/' ~ file) -%}
    {%- endfor -%}
    {%- set found = duckdb_files_where(
        duckdb_files_where(plain, 'size = 1'),
        "content not in ('\\x09', '\\x0A', '\\x0B', '\\x0C', '\\x0D', ' ')"
    ) -%}
    {#- A gzip file ends with the CRC-32 and the size of its last part; the sums are those of white space. -#}
    {%- set small = duckdb_files_where(gzipped, 'size < 1000') -%}
    {%- if small -%}
        {%- do found.extend(duckdb_files_where(
            small,
            "hex(content) like '%01000000' and left(right(hex(content), 16), 8) not in "
            "('2957DEAB', '9306D732', '0536D045', 'A6A3B4DB', '3093B3AC', '45CF6CE9') "
            "and filename not in (select filename from read_ndjson_objects("
            ~ duckdb_file_list(small) ~ ", compression = 'gzip', filename = true, "
            "hive_partitioning = false, ignore_errors = true))"
        )) -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for path in found -%}
        {%- do names.append(path[root | length + 1:]) -%}
    {%- endfor -%}
    {%- do return(names) -%}
{% endmacro %}
