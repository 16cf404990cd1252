{#
    A query of one value: when a feed last received a file, as a UTC timestamp. Nothing is parsed.

    By arrival that is the beginning of the newest day that has a file, flat the time of the newest
    file. NULL if the feed is empty; dbt takes that for infinitely long ago. On Athena a day counts
    as soon as anything is in its folder.

    Args:
        feed: a source node that landing_feeds returns.
#}
{% macro newest_arrival(feed) -%}
    {{ adapter.dispatch('newest_arrival', 'stedi')(feed) }}
{%- endmacro %}

{% macro default__newest_arrival(feed) -%}
    {{ unsupported_adapter('newest_arrival') }}
{%- endmacro %}

{#- read_blob opens no file of which only the time is asked for; for /dev/null see duckdb_file_sizes. -#}
{% macro duckdb__newest_arrival(feed) -%}
    {%- set root = landing_root() -%}
    {%- set paths = ['/dev/null'] -%}
    {%- set days = [] -%}
    {%- for file in landing_files(feed, list_landing(root, feed).files) -%}
        {%- do paths.append(root ~ '/' ~ file) -%}
        {%- do days.extend(modules.re.findall('/ingest_date=([^/]*)/[^/]*\\Z', file)) -%}
    {%- endfor -%}
    {%- if days -%}
    select timestamp '{{ days | max }}' as loaded_at
    {%- else -%}
    select max(last_modified at time zone 'UTC') as loaded_at
    from read_blob({{ duckdb_file_list(paths) }})
    where filename <> '/dev/null'
    {%- endif -%}
{%- endmacro %}

{#- Days are registered partitions; files Athena knows only by reading them. -#}
{% macro athena__newest_arrival(feed) -%}
    {%- set days = list_landing(landing_root(), feed).days -%}
    {%- if days -%}
    select timestamp '{{ days | max }} 00:00:00' as loaded_at
    {%- else -%}
    select cast(at_timezone(max("$file_modified_time"), 'UTC') as timestamp(3)) as loaded_at
    from {{ landing_reader(feed, []) }}
    {%- endif -%}
{%- endmacro %}
