{#
    The files below a feed's folder.

    Args:
        dry_run: true asks Athena nothing.
    Returns: {exists: is there such a folder, files: paths relative to the landing root, all of
    them, or none where Athena was not asked}.
#}
{% macro list_landing(root, feed, dry_run=false) %}
    {%- do return(adapter.dispatch('list_landing', 'stedi')(root, feed, dry_run)) -%}
{% endmacro %}

{% macro default__list_landing(root, feed, dry_run) %}
    {{ unsupported_adapter('list_landing') }}
{% endmacro %}

{#-
    A glob lists a folder itself only if a wildcard is in its name: hence landin[g]. ** does not
    follow links, * does. A copy of a bucket may hold S3's folder markers as empty files.
-#}
{% macro duckdb__list_landing(root, feed, dry_run) %}
    {%- set folder = duckdb_literal_glob(root ~ '/' ~ feed.external.location) -%}
    {%- set wildcard = folder[:-1] ~ '[' ~ folder[-1] ~ ']' -%}
    {%- set found = run_query(
        "select distinct file from glob(['" ~ folder ~ "/*', '" ~ folder ~ "/*/*', '"
        ~ folder ~ "/*/*/*', '" ~ folder ~ "/**'])"
    ) -%}
    {%- set paths = found.columns[0].values() -%}
    {%- set named_as_marker = [] -%}
    {%- for path in paths if path.endswith('_$folder$') -%}
        {%- do named_as_marker.append(path) -%}
    {%- endfor -%}
    {%- set markers = duckdb_files_where(named_as_marker, 'size = 0') -%}
    {%- set files = [] -%}
    {%- for path in paths if path not in markers -%}
        {%- do files.append(path[root | length + 1:]) -%}
    {%- endfor -%}
    {%- do return({
        'exists': run_query("select 1 from glob('" ~ wildcard ~ "/')").rows | length > 0,
        'files': files,
    }) -%}
{% endmacro %}

{#- S3 has no folders: one without objects does not exist. Athena lists a table's files by reading it. -#}
{% macro athena__list_landing(root, feed, dry_run) %}
    {%- if dry_run -%}
        {%- do return({'exists': true, 'files': none}) -%}
    {%- endif -%}
    {%- set found = run_query('select "$path" from ' ~ landing_reader(feed) ~ ' group by 1') -%}
    {%- set files = [] -%}
    {%- for path in found.columns[0].values() -%}
        {%- do files.append(path[root | length + 1:]) -%}
    {%- endfor -%}
    {%- do return({'exists': files != [], 'files': files}) -%}
{% endmacro %}
