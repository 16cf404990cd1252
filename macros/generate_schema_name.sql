{#
    The schema of a node: <target schema>_<zone>, where the zone is the model's folder.

    Returns: text, e.g. stedi_trusted.
    Raises: a compile error for a model outside a zone folder, so that no table can slip past the
    access rules, which are granted by zone; and what check_database raises: schemas are named first.
#}
{% macro generate_schema_name(custom_schema_name, node) %}
    {%- set is_ours = node.resource_type == 'model' and node.package_name == project_name -%}
    {%- if is_ours and custom_schema_name != node.fqn[1] -%}
        {{ exceptions.raise_compiler_error(
            "Model " ~ node.name ~ " is in no zone: put it in a folder of models/ that "
            "dbt_project.yml gives the same +schema."
        ) }}
    {%- endif -%}
    {%- if custom_schema_name -%}
        {%- do check_database(target.schema ~ '_' ~ custom_schema_name) -%}
    {%- endif -%}
    {{ target.schema }}{{ '_' ~ custom_schema_name if custom_schema_name }}
{%- endmacro %}
