-- Nothing is lost and nothing counted twice: a feed's outcomes add up to its lines.
with

lines as (
    {%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ feed }}' as feed,
        count(*) as line_count
    from {{ ref('stg_' ~ feed) }}
    {%- endfor %}
),

accounted as (
    select
        feed,
        cast(sum(row_count) as bigint) as row_count
    from {{ ref('row_accounting') }}
    group by feed
)

select
    lines.feed,
    lines.line_count,
    accounted.row_count
from lines
left join accounted
    on lines.feed = accounted.feed
where lines.line_count <> coalesce(accounted.row_count, 0)
