-- A feed of which more than a share (variable rejected_share_limit) is rejected is broken, not dirty.
with

lines as (
    select
        feed,
        sum(row_count) as row_count
    from {{ ref('row_accounting') }}
    group by feed
),

rejected as (
    select
        feed,
        count(*) as row_count
    from {{ ref('rejected_records') }}
    group by feed
)

select
    lines.feed,
    lines.row_count,
    rejected.row_count as rejected_count
from lines
inner join rejected
    on lines.feed = rejected.feed
where cast(rejected.row_count as double) / cast(lines.row_count as double) > {{ var('rejected_share_limit') }}e0
