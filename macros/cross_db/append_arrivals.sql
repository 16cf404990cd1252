{#
    The statement that appends the rows of new files to a staging table, and commits them at once.

    Args:
        relation: the staging table.
        arrivals: SQL of the rows, with the table's columns.
#}
{% macro append_arrivals(relation, arrivals) -%}
    {{ adapter.dispatch('append_arrivals', 'stedi')(relation, arrivals) }}
{%- endmacro %}

{% macro default__append_arrivals(relation, arrivals) -%}
    {{ unsupported_adapter('append_arrivals') }}
{%- endmacro %}

{% macro duckdb__append_arrivals(relation, arrivals) -%}
    insert into {{ relation }} by name (
    {{ arrivals }}
    )
{%- endmacro %}

{#-
    Two builds at once would both append the same new file: Iceberg lets two INSERTs pass, but not an
    INSERT beside a MERGE that looks at the table. So this is a MERGE that only inserts. The loser's
    commit fails, the adapter sends its statement again, and the file is no longer new then.
-#}
{% macro athena__append_arrivals(relation, arrivals) -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='quoted') | list -%}
    merge into {{ relation }} as loaded
    using (
        select *
        from (
        {{ arrivals }}
        )
        where source_file not in (select source_file from {{ relation }})
    ) as arrivals
    on loaded.source_file = arrivals.source_file
    when not matched then insert ({{ columns | join(', ') }})
    values ({% for column in columns %}arrivals.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
