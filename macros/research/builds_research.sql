{#
    True if the command builds a model of the research zone.
#}
{% macro builds_research() %}
    {%- for node in selected_resources if node in graph.nodes -%}
        {%- set fqn = graph.nodes[node].fqn -%}
        {%- if graph.nodes[node].resource_type == 'model' and fqn[1] == 'research' -%}
            {%- do return(true) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(false) -%}
{% endmacro %}
