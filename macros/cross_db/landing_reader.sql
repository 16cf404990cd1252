{#
    A text table behind a feed's view on Athena: <feed>_landing_days if landing has days of arrival,
    which are its partitions, else <feed>_landing_lines, over the whole folder.

    Args:
        days: the days of arrival, none if landing is flat.
#}
{% macro landing_reader(feed, days) %}
    {%- do return(api.Relation.create(
        database=feed.database,
        schema=feed.schema,
        identifier=feed.identifier ~ ("_days" if days else "_lines"),
        type="table",
    )) -%}
{% endmacro %}
