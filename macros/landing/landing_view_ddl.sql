{#
    The statement that makes a feed's typed view `<feed>_landing`.

    Args:
        files: the files that count, relative to the root; none if they were not listed.
#}
{% macro landing_view_ddl(root, feed, files) %}
    {%- set view = api.Relation.create(
        database=feed.database, schema=feed.schema, identifier=feed.identifier
    ) -%}
    {%- do return("create or replace view " ~ view ~ " as\n" ~ landing_view(root, feed, files)) -%}
{% endmacro %}
