{#
    The view beside a staging table that tells what it was loaded from: <table>_loaded_with.
#}
{% macro athena_note_view(relation) %}
    {%- do return(api.Relation.create(
        database=relation.database, schema=relation.schema, identifier=relation.identifier ~ "_loaded_with", type="view"
    )) -%}
{% endmacro %}
