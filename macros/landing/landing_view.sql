{#
    The query behind `<feed>_landing`: one row a line, typed, with the reasons why it does not count.

    Each declared column passes through the same steps on every engine: the text of its JSON value
    (`_json`), the text it stands for (`_text`), for numbers the number (`_number`), then the value
    and what is wrong with it. Rules per type are in landing_value.sql and landing_is_absent.sql.
#}
{% macro landing_view(root, feed, files) %}
    {%- set columns = feed.columns.values() | selectattr('meta.json_key', 'defined') | list -%}
    {%- set keys = columns | map(attribute='meta.json_key') | list -%}
    {%- set required = columns | selectattr('meta.required', 'defined') | list -%}
with

landing_lines as (
{{ landing_lines(root, feed, files) }}
),

readable as (
    select
        case when {{ is_json_object('line', keys) }} then line end as line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date
    from landing_lines
),

records as (
    select
        line,
        source_file,
        ingest_date,
        {{ json_record('line', keys) }} as record
    from readable
),

members as (
    select
        {%- for column in columns %}
        {{ json_member('record', column.meta.json_key) }} as {{ column.name }}_json,
        {%- endfor %}
        line,
        source_file,
        ingest_date
    from records
),

texts as (
    select
        *
        {%- for column in columns %},
        case
            when starts_with({{ column.name }}_json, '"') then {{ json_string(column.name ~ '_json') }}
            when starts_with({{ column.name }}_json, '{') or starts_with({{ column.name }}_json, '[') then null
            else {{ column.name }}_json
        end as {{ column.name }}_text
        {%- endfor %}
    from members
),

numbers as (
    select
        *
        {%- for column in columns if column.data_type != 'varchar' %},
        {{ landing_number(column) }} as {{ column.name }}_number
        {%- endfor %}
    from texts
),

absences as (
    select
        *
        {%- for column in columns %},
        {{ landing_is_absent(column) }} as {{ column.name }}_is_absent
        {%- endfor %}
    from numbers
),

typed as (
    select
        {%- for column in columns %}
        {{ landing_value(column) }} as {{ adapter.quote(column.name) }},
        {{ column.name }}_is_absent,
        {{ column.name }}_text,
        {%- endfor %}
        line,
        source_file,
        ingest_date
    from absences
)
{%- set reasons = [] -%}
{%- for column in required -%}
    {%- do reasons.append((column.name ~ '_is_absent', 'missing_' ~ column.name)) -%}
{%- endfor -%}
{%- for column in columns -%}
    {%- do reasons.append((
        'not ' ~ column.name ~ '_is_absent and ' ~ adapter.quote(column.name) ~ ' is null',
        'invalid_' ~ column.name,
    )) -%}
{%- endfor %}

select
    {%- for column in columns %}
    {{ adapter.quote(column.name) }},
    {%- endfor %}
    case
        when line is null then 'unreadable_json'
        when
            {%- for condition, reason in reasons %}
            {{ 'or ' if not loop.first }}({{ condition }})
            {%- endfor %}
            then substr(
                ''
                {%- for condition, reason in reasons %}
                || case when {{ condition }} then ',{{ reason }}' else '' end
                {%- endfor %},
                2
            )
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed
{%- endmacro %}
