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

{#-
    On Athena a text table of one column hands every line over as it is: fields end where lines do,
    because the default, 0x01, would cut a line in two and might leave a valid record. It is made
    anew only when the landing root has moved: dropping it while others query would fail them.
    (Athena keeps a location without the slash at its end.)
-#}
{% macro athena__landing_reader_ddl(root, feed, dry_run) %}
    {%- set reader = landing_reader(feed) -%}
    {%- set location = root ~ "/" ~ feed.external.location -%}
    {%- set statements = ["create schema if not exists `" ~ feed.schema ~ "`"] -%}
    {%- if not dry_run and (adapter.get_glue_table_location(reader) or location).rstrip('/') != location -%}
        {%- do statements.append("drop table if exists " ~ reader.render_hive()) -%}
    {%- endif -%}
    {%- do statements.append(
        "create external table if not exists " ~ reader.render_hive() ~ " (`line` string)\n"
        ~ "row format delimited fields terminated by '\\n'\n"
        ~ "location '" ~ location ~ "/'"
    ) -%}
    {%- do return(statements) -%}
{% endmacro %}
