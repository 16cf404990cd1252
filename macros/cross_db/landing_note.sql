{#
    What remember_landing noted of a staging table: {root, settings}; none if there is no note.

    Args:
        relation: the staging table.
#}
{% macro landing_note(relation) %}
    {%- do return(adapter.dispatch('landing_note', 'stedi')(relation)) -%}
{% endmacro %}

{% macro default__landing_note(relation) %}
    {{ unsupported_adapter('landing_note') }}
{% endmacro %}

{% macro duckdb__landing_note(relation) %}
    {%- set name = relation.identifier ~ '_loaded_with' -%}
    {%- if run_query(
        "select 1 from duckdb_functions() where schema_name = '" ~ relation.schema ~ "' and function_name = '" ~ name ~ "'"
    ).rows -%}
        {%- set note = run_query("from " ~ adapter.quote(relation.schema) ~ "." ~ name ~ "()").rows[0] -%}
        {%- do return({'root': note[0], 'settings': note[1]}) -%}
    {%- endif -%}
{% endmacro %}

{% macro athena__landing_note(relation) %}
    {%- set view = athena_note_view(relation) -%}
    {%- if adapter.get_glue_table(view) -%}
        {%- set note = run_query("select landing_root, settings from " ~ view).rows[0] -%}
        {%- do return({'root': note[0], 'settings': note[1]}) -%}
    {%- endif -%}
{% endmacro %}
