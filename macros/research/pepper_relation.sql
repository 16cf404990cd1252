{#
    The declared source `secret.pepper` as a relation.
#}
{% macro pepper_relation() %}
    {%- for node in graph.sources.values() if node.source_name == 'secret' and node.name == 'pepper' -%}
        {%- do return(api.Relation.create(
            database=node.database, schema=node.schema, identifier=node.identifier
        )) -%}
    {%- endfor -%}
{% endmacro %}
