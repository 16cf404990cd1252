{#
    Merges a table's small files and removes those that it no longer needs, where the engine has such.

    Returns: what was done, as a text for people.
#}
{% macro maintain_table(relation) %}
    {%- do return(adapter.dispatch('maintain_table', 'stedi')(relation)) -%}
{% endmacro %}

{% macro default__maintain_table(relation) %}
    {{ unsupported_adapter('maintain_table') }}
{% endmacro %}

{#- All tables are in one file, whose free blocks DuckDB uses again by itself. -#}
{% macro duckdb__maintain_table(relation) %}
    {%- do return('nothing to do on DuckDB') -%}
{% endmacro %}

{#-
    Both statements may stop half-way with ICEBERG_…_MORE_RUNS_NEEDED; the adapter then repeats them.
    VACUUM keeps files until they are as old as the table's vacuum_max_snapshot_age_seconds, so it
    removes what OPTIMIZE has replaced the next time.
-#}
{% macro athena__maintain_table(relation) %}
    {%- if not load_relation(relation) -%}
        {%- do return('not built yet') -%}
    {%- endif -%}
    {%- do adapter.run_operation_with_potential_multiple_runs(
        'optimize ' ~ relation.render_pure() ~ ' rewrite data using bin_pack', 'optimize'
    ) -%}
    {%- do adapter.run_operation_with_potential_multiple_runs('vacuum ' ~ relation.render_pure(), 'vacuum') -%}
    {%- do return('optimized and vacuumed') -%}
{% endmacro %}
