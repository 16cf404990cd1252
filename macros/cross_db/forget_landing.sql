{#
    Takes back what remember_landing noted, before a staging table is made anew: a build that ends in
    between must not leave an old note beside a new table. Nothing to do where both change at once.
#}
{% macro forget_landing(relation) %}
    {{ adapter.dispatch('forget_landing', 'stedi')(relation) }}
{% endmacro %}

{% macro default__forget_landing(relation) %}
    {{ unsupported_adapter('forget_landing') }}
{% endmacro %}

{#- The note is written in the transaction that makes the table. -#}
{% macro duckdb__forget_landing(relation) %}
{% endmacro %}

{% macro athena__forget_landing(relation) %}
    {%- if adapter.get_glue_table(athena_note_view(relation)) -%}
        {%- do adapter.delete_from_glue_catalog(athena_note_view(relation)) -%}
    {%- endif -%}
{% endmacro %}
