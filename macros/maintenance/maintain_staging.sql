{#
    Merges the small files that many builds have left, and removes what no table needs any more.

    By hand or by a scheduler, while no build runs: dbt run-operation maintain_staging. The rows stay
    as they are, so the next build loads nothing because of it.

    Args:
        models: list of names of models; none for all models of staging.
    Raises: a compile error for a name that is no model of this project, before anything changes.
#}
{% macro maintain_staging(models=none) %}
    {%- set tables = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- if models is none and node.fqn[1] == 'staging' or node.name in (models or []) -%}
            {%- do tables.update({node.name: api.Relation.create(
                database=node.database, schema=node.schema, identifier=node.alias
            )}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in models or [] if name not in tables -%}
        {%- do exceptions.raise_compiler_error(
            "maintain_staging: " ~ name ~ " is no model of this project; e.g. --args '{models: [stg_customer]}'."
        ) -%}
    {%- endfor -%}
    {%- for name, table in tables.items() | sort -%}
        {%- do print(name ~ ': ' ~ maintain_table(table)) -%}
    {%- endfor -%}
{% endmacro %}
