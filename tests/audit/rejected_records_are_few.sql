-- A feed of which more than a share (variable rejected_share_limit) is rejected is broken, not dirty: in
-- all of landing, and on each day of arrival, as a bad day would hide in a long history. Days that
-- somebody has looked into are left out (variable rejects_reviewed_until).

-- So that no table waits for this test, nor is skipped when it fails:
-- depends_on: {{ ref('rejected_records') }}
with

files as (
    select
        feed,
        ingest_date,
        line_count,
        rejected_count
    from {{ ref('loaded_files') }}
    where
        ingest_date is null
        or ingest_date > date '{{ var("rejects_reviewed_until") }}'
),

by_feed as (
    select
        feed,
        sum(line_count) as line_count,
        sum(rejected_count) as rejected_count
    from files
    group by feed
),

by_day as (
    select
        feed,
        ingest_date,
        sum(line_count) as line_count,
        sum(rejected_count) as rejected_count
    from files
    where ingest_date is not null
    group by feed, ingest_date
),

shares as (
    select
        feed,
        cast(null as date) as ingest_date,
        line_count,
        rejected_count
    from by_feed
    union all
    select
        feed,
        ingest_date,
        line_count,
        rejected_count
    from by_day
)

select
    feed,
    ingest_date,
    line_count,
    rejected_count
from shares
where cast(rejected_count as double) / cast(line_count as double) > {{ var('rejected_share_limit') }}e0
