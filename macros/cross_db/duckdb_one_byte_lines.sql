{#
    A query of the files whose whole content is a single byte that is not white space. Such a line holds
    no JSON object, and read_ndjson_objects skips it.

    A gzip file ends with the CRC-32 and the size of its last part; the sums named are those of white space.

    Args:
        sizes: path -> bytes of the files.
    Returns: SQL with the column filename; nothing if no file is as small.
#}
{% macro duckdb_one_byte_lines(sizes) %}
    {%- set plain = [] -%}
    {%- set gzipped = [] -%}
    {%- for path, bytes in sizes.items() -%}
        {%- if path.endswith('.gz') and bytes < 1000 -%}
            {%- do gzipped.append(path) -%}
        {%- elif bytes == 1 and not path.endswith('.gz') -%}
            {%- do plain.append(path) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set queries = [] -%}
    {%- if plain -%}
        {%- do queries.append(
            "select filename from read_blob(" ~ duckdb_file_list(['/dev/null'] + plain) ~ ") where filename <> '/dev/null' "
            "and content not in ('\\x09', '\\x0A', '\\x0B', '\\x0C', '\\x0D', ' ')"
        ) -%}
    {%- endif -%}
    {%- if gzipped -%}
        {%- do queries.append(
            "select filename from read_blob(" ~ duckdb_file_list(['/dev/null'] + gzipped) ~ ") where filename <> '/dev/null' "
            "and hex(content) like '%01000000' and left(right(hex(content), 16), 8) not in "
            "('2957DEAB', '9306D732', '0536D045', 'A6A3B4DB', '3093B3AC', '45CF6CE9') "
            "and filename not in (select filename from read_ndjson_objects("
            ~ duckdb_file_list(gzipped) ~ ", compression = 'gzip', filename = true, "
            "hive_partitioning = false, ignore_errors = true))"
        ) -%}
    {%- endif -%}
    {%- do return(queries | join(' union all ')) -%}
{% endmacro %}
