{#
    The declared feeds: source tables with an `external` entry, in the order of their names.

    Returns: list of source nodes; `.name`, `.identifier`, `.external.location` (below the landing
    root) and `.columns` are what the landing macros use.
#}
{% macro landing_feeds() %}
    {%- set feeds = [] -%}
    {%- for node in graph.sources.values() if node.external -%}
        {%- do feeds.append(node) -%}
    {%- endfor -%}
    {%- do return(feeds | sort(attribute='name')) -%}
{% endmacro %}
