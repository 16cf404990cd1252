{#
    A query of every line of a feed that is not blank: line, source_file.

    `line` has no white space around it; it may be NULL where the engine cannot parse it.
    `source_file` is relative to the landing root.

    Args:
        files: the files that count, relative to the root; none if they were not listed.
#}
{% macro landing_lines(root, feed, files) -%}
    {{ adapter.dispatch('landing_lines', 'stedi')(root, feed, files) }}
{%- endmacro %}

{% macro default__landing_lines(root, feed, files) -%}
    {{ unsupported_adapter('landing_lines') }}
{%- endmacro %}

{#-
    read_ndjson_objects keeps every line, NULL where it is no JSON; read_csv would lose some. The
    reader takes twice the longest line, because DuckDB 2.0.0 misreads a last line without a line
    end that crosses a multiple of this size. It skips files of one byte: they are read apart.
-#}
{% macro duckdb__landing_lines(root, feed, files) -%}
    {%- set one_byte = duckdb_one_byte_files(root, files) -%}
    {%- set gzipped = [] -%}
    {%- set plain = [] -%}
    {%- for file in files if file not in one_byte -%}
        {%- do (gzipped if file.endswith('.gz') else plain).append(root ~ '/' ~ file) -%}
    {%- endfor %}
    select
        cast(null as varchar) as line,
        cast(null as varchar) as source_file
    where false
    {%- for paths, compression in [(plain, 'none'), (gzipped, 'gzip')] if paths %}
    union all
    select
        cast(json as varchar) as line,
        substr(filename, {{ root | length + 2 }}) as source_file
    from read_ndjson_objects(
        {{ duckdb_file_list(paths) }},
        compression = '{{ compression }}',
        filename = true,
        hive_partitioning = false,
        ignore_errors = true,
        maximum_object_size = {{ 2 * var('longest_line_bytes') }}
    )
    {%- endfor %}
    {%- if one_byte %}
    union all
    select
        null as line,
        unnest([
            {%- for file in one_byte %}
            '{{ file | replace("'", "''") }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ]) as source_file
    {%- endif %}
{%- endmacro %}

{#-
    A line is NULL where Trino could not parse it or would fail on it:
    - Bytes that are not UTF-8 arrive as they are; from_utf8 replaces them, which tells them.
    - Beyond some 1500 levels of nesting json_parse fails the query, even inside try().
    - A line of \N alone is NULL in the text table already.
    White space at the end is cut from the line turned round: a search for it would begin anew at
    every space inside, in a time that grows with the square of their number.
-#}
{% macro athena__landing_lines(root, feed, files) -%}
    {%- set space = "'^[ \\t\\n\\x0b\\f\\r]+'" -%}
    select
        line,
        source_file
    from (
        select
            case
                when from_utf8(to_utf8(line)) <> line or {{ athena_nests_deeper('line', 1000) }} then null
                when starts_with(line, '{') and line like '%}' then line
                else reverse(regexp_replace(reverse(regexp_replace(line, {{ space }})), {{ space }}))
            end as line,
            substr("$path", {{ root | length + 2 }}) as source_file
        from {{ landing_reader(feed) }}
    )
    where
        (line is null or line <> '')
        and not regexp_like(substr(source_file, {{ feed.external.location | length + 1 }}), '/[_.]')
{%- endmacro %}
