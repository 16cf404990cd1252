{#
    The models that research is made from and that this command does not build: their rows may be of
    another landing root.

    Returns: list of names; empty if research is made from today's landing alone, as dbt skips what
    comes after a model that fails.
#}
{% macro left_out_before_research() %}
    {%- set needed = [] -%}
    {%- for node in graph.nodes.values() if node.unique_id in selected_resources
        and node.resource_type == 'model' and node.fqn[1] == 'research' -%}
        {%- do needed.append(node.unique_id) -%}
    {%- endfor -%}
    {%- set names = [] -%}
    {#- The list grows while it is gone through. -#}
    {%- for id in needed -%}
        {%- for parent in graph.nodes[id].depends_on.nodes if parent.startswith('model.') and parent not in needed -%}
            {%- do needed.append(parent) -%}
            {%- if parent not in selected_resources -%}
                {%- do names.append(graph.nodes[parent].name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(names | sort) -%}
{% endmacro %}
