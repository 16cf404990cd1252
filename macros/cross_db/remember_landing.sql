{#
    The statement after which the database knows the landing root that a staging table was loaded from
    and the settings that it was loaded with, for landing_note; none where that is known already.

    Not a column: equal landing files give equal tables, wherever they lie.

    Args:
        model: the staging model's node.
        relation: the table it makes.
#}
{% macro remember_landing(model, relation) -%}
    {%- if execute and landing_load(model, relation).anew -%}
    {{ adapter.dispatch('remember_landing', 'stedi')(relation, absolute_root(landing_root()), landing_settings(model)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__remember_landing(relation, root, settings) -%}
    {{ unsupported_adapter('remember_landing') }}
{%- endmacro %}

{% macro duckdb__remember_landing(relation, root, settings) -%}
    create or replace macro {{ adapter.quote(relation.schema) }}.{{ relation.identifier }}_loaded_with() as table
    select
        '{{ root | replace("'", "''") }}' as landing_root,
        '{{ settings }}' as settings
{%- endmacro %}

{% macro athena__remember_landing(relation, root, settings) -%}
    create or replace view {{ athena_note_view(relation) }} as
    select
        '{{ root }}' as landing_root,
        '{{ settings }}' as settings
{%- endmacro %}
