{#
    The text table behind a feed's view on Athena: <feed>_landing_lines.
#}
{% macro landing_reader(feed) %}
    {%- do return(api.Relation.create(
        database=feed.database, schema=feed.schema, identifier=feed.identifier ~ "_lines", type="table"
    )) -%}
{% endmacro %}
