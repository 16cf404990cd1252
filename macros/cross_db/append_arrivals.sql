{#
    The statement that appends the rows of new files to a staging table, and commits them at once.

    Args:
        relation: the staging table.
        arrivals: SQL of the rows, with the table's columns. Rows of files that the table has are left out.
        root, settings: what the table was loaded with, as landing_note tells.
#}
{% macro append_arrivals(relation, arrivals, root, settings) -%}
    {{ adapter.dispatch('append_arrivals', 'stedi')(relation, arrivals, root, settings) }}
{%- endmacro %}

{% macro default__append_arrivals(relation, arrivals, root, settings) -%}
    {{ unsupported_adapter('append_arrivals') }}
{%- endmacro %}

{% macro duckdb__append_arrivals(relation, arrivals, root, settings) -%}
    insert into {{ relation }} by name
    select *
    from (
    {{ arrivals }}
    )
    where source_file not in (select source_file from {{ relation }})
{%- endmacro %}

{#-
    Two builds at once would both append the same new file: Iceberg lets two INSERTs pass, but not an
    INSERT beside a MERGE that looks at the table. So this is a MERGE that only inserts. The loser's
    commit fails, the adapter sends its statement again, and the file is no longer new then. Nor is
    anything appended if the other build has meanwhile loaded the table with other settings.
-#}
{% macro athena__append_arrivals(relation, arrivals, root, settings) -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='quoted') | list -%}
    merge into {{ relation }} as loaded
    using (
        select *
        from (
        {{ arrivals }}
        )
        where
            source_file not in (select source_file from {{ relation }})
            and exists (
                select 1
                from {{ athena_note_view(relation) }}
                where landing_root = '{{ root }}' and settings = '{{ settings }}'
            )
    ) as arrivals
    on loaded.source_file = arrivals.source_file
    when not matched then insert ({{ columns | join(', ') }})
    values ({% for column in columns %}arrivals.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
