{#
    The query behind `<feed>_landing`: one row per line, typed, with the reasons why it is rejected.

    Each declared column passes through the same steps on every engine: the JSON of its value
    (`_json`), the text or number it stands for (`_raw`), then the value. Reasons are
    looked for only in the few records that lack a value.

    Args:
        chosen: what is read, as landing_lines takes it.
#}
{% macro landing_view(root, feed, chosen) %}
    {%- set columns = feed.columns.values() | selectattr('meta.json_key', 'defined') | list -%}
    {%- set keys = columns | map(attribute='meta.json_key') | list -%}
    {%- set members = [] -%}
    {%- for column in columns -%}
        {%- do members.append(column.name ~ '_json') -%}
    {%- endfor -%}
with

landing_lines as (
    {{ landing_lines(root, feed, chosen) }}
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        source_file_bytes,
        {{ json_record('line', keys) }} as record
    from landing_lines
),

members as (
    select
        {%- for column in columns %}
        {{ json_member('record', column.meta.json_key) }} as {{ column.name }}_json,
        {%- endfor %}
        line,
        source_file,
        ingest_date,
        source_file_bytes
    from records
),

judged as (
    select
        *,
        {{ is_json_object('line', keys, members) }} as is_readable
    from members
),

readable as (
    select
        {%- for member in members %}
        case when is_readable then {{ member }} end as {{ member }},
        {%- endfor %}
        case when is_readable then line end as line,
        source_file,
        ingest_date,
        source_file_bytes
    from judged
),

scalars as (
    select
        {%- for column in columns %}
        {{ column.name }}_json,
        {{ landing_text(column) if column.data_type == 'varchar' else landing_number(column) }} as {{ column.name }}_raw,
        {%- endfor %}
        line,
        source_file,
        ingest_date,
        source_file_bytes
    from readable
),

typed as (
    select
        {%- for column in columns %}
        {{ column.name }}_json,
        {{ landing_value(column) }} as {{ adapter.quote(column.name) }},
        {%- endfor %}
        line,
        source_file,
        ingest_date,
        source_file_bytes
    from scalars
)

select
    {%- for column in columns %}
    {{ adapter.quote(column.name) }},
    {%- endfor %}
    {{ landing_reject_reasons(columns) }} as reject_reasons,
    line,
    source_file,
    ingest_date,
    source_file_bytes
from typed
{%- endmacro %}
