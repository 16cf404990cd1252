-- If more than a share of a feed is rejected (variable rejected_share_limit), its sender is broken. Judged
-- over all of landing and for each day of arrival, because a long history would hide a bad day. Days that
-- somebody has looked into are left out (variable rejects_reviewed_until).
-- It fails when every table is built, and so keeps none from being built: depends_on: {{ ref('rejected_records') }}
with

shares as (
    select
        feed,
        cast(null as date) as ingest_date,
        sum(line_count) as line_count,
        sum(rejected_count) as rejected_count
    from {{ ref('landing_files') }}
    group by feed
    union all
    select
        feed,
        ingest_date,
        sum(line_count) as line_count,
        sum(rejected_count) as rejected_count
    from {{ ref('landing_files') }}
    where ingest_date > date '{{ var("rejects_reviewed_until") }}'
    group by feed, ingest_date
)

select
    feed,
    ingest_date,
    line_count,
    rejected_count
from shares
where cast(rejected_count as double) / cast(line_count as double) > {{ var('rejected_share_limit') }}e0
