{#
    The statements that make an external table with one column, a line of text, over an S3 folder.

    A table that is there and differs from that in anything (columns, partitions, SerDe, format,
    properties, place), or is a view, is taken out of the catalog first, which touches no file: DROP
    TABLE would delete an Iceberg table's. One that does not differ stays, because queries fail
    while it is away.

    Fields end where lines do, because the default, 0x01, would cut a line in two and might leave a
    valid record.

    Args:
        location: the folder without a slash at its end, as Athena keeps it.
        dry_run: true looks nothing up and takes nothing away.
        partition: a column whose values are in the names of folders, column=value; none by default.
    Returns: list of statements.
#}
{% macro athena_text_table_ddl(relation, column, location, dry_run=false, partition=none) %}
    {%- set statements = ["create schema if not exists `" ~ relation.schema ~ "`"] -%}
    {%- set found = none if dry_run else adapter.get_glue_table(relation) -%}
    {%- set is_right = found and athena_is_text_table(found.Table, column, location, partition) -%}
    {%- if found and not is_right -%}
        {%- do adapter.delete_from_glue_catalog(relation) -%}
    {%- endif -%}
    {%- if not is_right -%}
        {%- do statements.append(
            "create external table if not exists " ~ relation.render_hive() ~ " (`" ~ column ~ "` string)\n"
            ~ ("partitioned by (`" ~ partition ~ "` string)\n" if partition else "")
            ~ "row format delimited fields terminated by '\\n'\n"
            ~ "location '" ~ location ~ "/'"
        ) -%}
    {%- endif -%}
    {%- do return(statements) -%}
{% endmacro %}
