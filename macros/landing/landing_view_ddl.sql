{#
    The statement that makes a feed's typed view `<feed>_landing`.

    Args:
        chosen: what is read, as landing_lines takes it.
#}
{% macro landing_view_ddl(root, feed, chosen) %}
    {%- set view = api.Relation.create(
        database=feed.database, schema=feed.schema, identifier=feed.identifier
    ) -%}
    {%- do return("create or replace view " ~ view ~ " as\n" ~ landing_view(root, feed, chosen)) -%}
{% endmacro %}
