{#
    The statement after which the database knows the landing root that a staging table was loaded from,
    for remember_build; none where the engine keeps no such note.
#}
{% macro remember_landing(relation) -%}
    {%- if execute -%}
    {{ adapter.dispatch('remember_landing', 'stedi')(relation) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__remember_landing(relation) -%}
    {{ unsupported_adapter('remember_landing') }}
{%- endmacro %}

{% macro duckdb__remember_landing(relation) -%}
    create or replace macro {{ adapter.quote(relation.schema) }}.{{ relation.identifier }}_landing_root() as
        '{{ landing_root() | replace("'", "''") }}'
{%- endmacro %}

{#- An external table says where it lies now, not what a table was loaded from before. -#}
{% macro athena__remember_landing(relation) -%}
{%- endmacro %}
