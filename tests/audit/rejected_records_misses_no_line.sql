-- Every rejected line of staging is among the rejected records, whichever its feed.
with

rejected as (
    {%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ feed }}' as feed,
        count(*) as line_count
    from {{ ref('stg_' ~ feed) }}
    where reject_reasons is not null
    {%- endfor %}
),

shown as (
    select
        feed,
        count(*) as row_count
    from {{ ref('rejected_records') }}
    group by feed
)

select
    rejected.feed,
    rejected.line_count,
    shown.row_count
from rejected
left join shown
    on rejected.feed = shown.feed
where rejected.line_count <> coalesce(shown.row_count, 0)
