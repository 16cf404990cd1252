{#
    The feed that a staging model reads: its only source, as landing_feeds returns it.
#}
{% macro landing_feed_of(model) %}
    {%- do return(graph.sources[model.depends_on.nodes | first]) -%}
{% endmacro %}
