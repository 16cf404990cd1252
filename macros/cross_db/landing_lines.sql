{#
    A query of every line of a feed that is not blank: line, source_file, source_file_bytes.

    `line` has no white space around it; it may be NULL where the engine cannot parse it.
    `source_file` is relative to the landing root; the file's size is that of the object, packed or not.

    Args:
        chosen: what is read. DuckDB: path relative to the root -> bytes. Athena: list of a reader each,
            with a condition that narrows it.
#}
{% macro landing_lines(root, feed, chosen) -%}
    {{ adapter.dispatch('landing_lines', 'stedi')(root, feed, chosen) }}
{%- endmacro %}

{% macro default__landing_lines(root, feed, chosen) -%}
    {{ unsupported_adapter('landing_lines') }}
{%- endmacro %}

{#-
    read_ndjson_objects keeps every line, NULL where it is no JSON; read_csv would lose some. The
    reader takes twice the longest line, because DuckDB 2.0.0 misreads a last line without a line
    end that crosses a multiple of this size. It skips files of one byte: they are read apart.
-#}
{% macro duckdb__landing_lines(root, feed, chosen) -%}
    {%- set sizes = {} -%}
    {%- set gzipped = [] -%}
    {%- set plain = [] -%}
    {%- for file, bytes in chosen.items() -%}
        {%- set path = root ~ '/' ~ file -%}
        {%- do sizes.update({path: bytes}) -%}
        {%- do (gzipped if file.endswith('.gz') else plain).append(path) -%}
    {%- endfor -%}
    {%- set one_byte_lines = duckdb_one_byte_lines(sizes) %}
    select
        lines.line,
        substr(lines.filename, {{ root | length + 2 }}) as source_file,
        files.bytes as source_file_bytes
    from (
        select
            cast(null as varchar) as line,
            cast(null as varchar) as filename
        where false
        {%- for paths, compression in [(plain, 'none'), (gzipped, 'gzip')] if paths %}
        union all
        select
            cast(json as varchar) as line,
            filename
        from read_ndjson_objects(
            {{ duckdb_file_list(paths) }},
            compression = '{{ compression }}',
            filename = true,
            hive_partitioning = false,
            ignore_errors = true,
            maximum_object_size = {{ 2 * var('longest_line_bytes') }}
        )
        {%- endfor %}
        {%- if one_byte_lines %}
        union all
        select
            null as line,
            filename
        from ({{ one_byte_lines }})
        {%- endif %}
    ) as lines
    left join (
        values
        (null, cast(null as bigint))
        {%- for path, bytes in sizes.items() %},
        ('{{ path | replace("'", "''") }}', {{ bytes }})
        {%- endfor %}
    ) as files (path, bytes)
        on lines.filename = files.path
{%- endmacro %}

{#-
    A line is NULL where Trino could not parse it or would fail on it:
    - Bytes that are not UTF-8 arrive as they are; from_utf8 replaces them, which tells them.
    - Beyond some 1500 levels of nesting json_parse fails the query, even inside try().
    - A line of \N alone is NULL in the text table already.
    White space at the end is cut from the line turned round: a search for it would begin anew at
    every space inside, in a time that grows with the square of their number.
    Athena cannot list files before it reads them: one in a wrong place ends the query, with its name
    in a cast that fails.
-#}
{% macro athena__landing_lines(root, feed, chosen) -%}
    {%- set space = "'^[ \\t\\n\\x0b\\f\\r]+'" -%}
    {%- set path = "substr(\"$path\", " ~ (root | length + 2) ~ ")" -%}
    {%- set below = "substr(\"$path\", " ~ ((root ~ '/' ~ feed.external.location) | length + 1) ~ ")" -%}
    select
        line,
        source_file,
        source_file_bytes
    from (
        {%- for reader in chosen or [landing_reader(feed, []) ~ ' where false'] %}
        {{ 'union all' if not loop.first }}
        select
            case
                when from_utf8(to_utf8(line)) <> line or {{ athena_nests_deeper('line', 1000) }} then null
                when starts_with(line, '{') and line like '%}' then line
                else reverse(regexp_replace(reverse(regexp_replace(line, {{ space }})), {{ space }}))
            end as line,
            case
                when regexp_like({{ below }}, '/[_.]') then {{ path }}
                when regexp_like({{ below }}, '{{ other_compressions() }}')
                    then cast(cast('Landing file ' || {{ path }} || ' has the name of a compression that is not read' as integer) as varchar)
                when regexp_like({{ below }}, '^/(ingest_date=[0-9-]{10}/)?[^/]+$') then {{ path }}
                else cast(cast('Landing file ' || {{ path }} || ' is in the wrong place' as integer) as varchar)
            end as source_file,
            "$file_size" as source_file_bytes
        from {{ reader }}
        {%- endfor %}
    )
    where
        (line is null or line <> '')
        and not regexp_like(substr(source_file, {{ feed.external.location | length + 1 }}), '/[_.]')
{%- endmacro %}
