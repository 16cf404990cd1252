-- A feed of which more than a share (variable rejected_share_limit) is rejected is broken, not dirty: in
-- all of landing, and on each day of arrival, as a bad day would hide in a long history. Days that
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
