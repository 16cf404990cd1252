{#
    A text table over a feed's folder on Athena: <feed>_landing_days, whose partitions are days of arrival,
    or <feed>_landing_lines, which has all files and is what the view reads.

    Args:
        days: days of arrival for the former, an empty list for the latter.
#}
{% macro landing_reader(feed, days) %}
    {%- do return(api.Relation.create(
        database=feed.database,
        schema=feed.schema,
        identifier=feed.identifier ~ ("_days" if days else "_lines"),
        type="table",
    )) -%}
{% endmacro %}
