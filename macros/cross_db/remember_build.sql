{#
    The statement after which the database knows when a table was built (UTC) and from which landing
    root staging had been loaded then, as scripts/draw_accounting.py tells; none where the engine keeps
    no such note.

    Not a table: equal landing files give equal tables, whenever they are built.
#}
{% macro remember_build(relation) -%}
    {%- if execute -%}
    {{ adapter.dispatch('remember_build', 'stedi')(relation) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__remember_build(relation) -%}
    {{ unsupported_adapter('remember_build') }}
{%- endmacro %}

{#- Null if the staging tables were loaded from several roots, or one by an earlier version. -#}
{% macro duckdb__remember_build(relation) -%}
    {%- set notes = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.fqn[1] == 'staging' -%}
        {%- do notes.append((node.schema, node.alias ~ '_landing_root')) -%}
    {%- endfor -%}
    {%- set roots = [] -%}
    {%- for schema, note in notes -%}
        {%- set is_there = run_query(
            "select 1 from duckdb_functions() where schema_name = '" ~ schema ~ "' and function_name = '" ~ note ~ "'"
        ).rows -%}
        {%- do roots.append(
            run_query("select " ~ adapter.quote(schema) ~ "." ~ note ~ "()").rows[0][0] if is_there else none
        ) -%}
    {%- endfor -%}
    {%- set root = roots[0] if roots | unique | list | length == 1 else none -%}
    create or replace macro {{ adapter.quote(relation.schema) }}.last_build() as table
    select
        '{{ run_started_at.strftime("%Y-%m-%d %H:%M") }}' as built_at,
        {{ "'" ~ root | replace("'", "''") ~ "'" if root else 'null' }} as landing_root
{%- endmacro %}

{#- Iceberg keeps when a table was written. -#}
{% macro athena__remember_build(relation) -%}
{%- endmacro %}
