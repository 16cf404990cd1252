{#
    The statements that make what a feed's view reads from: its schema and, where the engine needs
    one, an external table over the feed's folder.

    Returns: list of statements.
#}
{% macro landing_reader_ddl(root, feed, dry_run=false) %}
    {%- do return(adapter.dispatch('landing_reader_ddl', 'stedi')(root, feed, dry_run)) -%}
{% endmacro %}

{% macro default__landing_reader_ddl(root, feed, dry_run) %}
    {{ unsupported_adapter('landing_reader_ddl') }}
{% endmacro %}

{#- DuckDB's view reads the files itself. -#}
{% macro duckdb__landing_reader_ddl(root, feed, dry_run) %}
    {%- do return(["create schema if not exists " ~ adapter.quote(feed.schema)]) -%}
{% endmacro %}

{#- On Athena a text table of one column hands every line over as it is; another one knows the days. -#}
{% macro athena__landing_reader_ddl(root, feed, dry_run) %}
    {%- set location = root ~ "/" ~ feed.external.location -%}
    {%- do return(
        athena_text_table_ddl(landing_reader(feed, []), 'line', location, dry_run)
        + athena_text_table_ddl(landing_reader(feed, ['any']), 'line', location, dry_run, 'ingest_date')
    ) -%}
{% endmacro %}
