{#
    The statement after which the database knows when a table was built (UTC) and from which landing
    root, as scripts/draw_accounting.py tells; none where the engine knows.

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

{% macro duckdb__remember_build(relation) -%}
    create or replace macro {{ adapter.quote(relation.schema) }}.last_build() as table
    select
        '{{ run_started_at.strftime("%Y-%m-%d %H:%M") }}' as built_at,
        '{{ landing_root() | replace("'", "''") }}' as landing_root
{%- endmacro %}

{#- Iceberg keeps when a table was written, and the landing tables where they lie. -#}
{% macro athena__remember_build(relation) -%}
{%- endmacro %}
