{#
    All of a feed's landing, as landing_lines takes it.

    Raises: a compile error that names a file in a wrong place, as far as the engine can see it.
#}
{% macro landing_whole(root, feed, dry_run=false) %}
    {%- do return(adapter.dispatch('landing_whole', 'stedi')(root, feed, dry_run)) -%}
{% endmacro %}

{% macro default__landing_whole(root, feed, dry_run) %}
    {{ unsupported_adapter('landing_whole') }}
{% endmacro %}

{% macro duckdb__landing_whole(root, feed, dry_run) %}
    {%- set sizes = list_landing(root, feed).files -%}
    {%- set chosen = {} -%}
    {%- for file in landing_files(feed, sizes) -%}
        {%- do chosen.update({file: sizes[file]}) -%}
    {%- endfor -%}
    {%- do return(chosen) -%}
{% endmacro %}

{#-
    All of the folder, not the registered days: what is in no day, or in one that is not registered, shows. A
    file beside the days with a name like theirs shows nowhere else: reading it ends the query.
-#}
{% macro athena__landing_whole(root, feed, dry_run) %}
    {%- set reader = landing_reader(feed, []) | string -%}
    {%- if list_landing(root, feed, dry_run).days -%}
        {%- set below = 'substr("$path", ' ~ ((root ~ '/' ~ feed.external.location) | length + 1) ~ ')' -%}
        {%- set reader = reader ~ " where case when regexp_like(" ~ below ~ ", '^/ingest_date=[^/]*$') then cast('Landing file ' || "
            ~ 'substr("$path", ' ~ (root | length + 2) ~ ") || ' is in the wrong place' as integer) end is null" -%}
    {%- endif -%}
    {%- do return([reader]) -%}
{% endmacro %}
