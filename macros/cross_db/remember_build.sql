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
    {%- set roots = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.fqn[1] == 'staging' -%}
        {%- set table = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- do roots.append((landing_note(table) or {}).root) -%}
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
