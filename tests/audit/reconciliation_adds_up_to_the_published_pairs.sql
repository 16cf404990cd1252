-- published = right + not consented at capture + other person or owner unknown, and right = research.
with

reasons as (
    select
        coalesce(sum(row_count), 0) as all_count,
        coalesce(sum(case when reason = 'right' then row_count end), 0) as right_count
    from {{ ref('reconciliation') }}
),

published as (
    select count(*) as row_count
    from {{ ref('machine_learning_curated') }}
),

research as (
    select count(*) as row_count
    from {{ ref('reading_pairs') }}
)

select
    published.row_count as published_count,
    reasons.all_count,
    research.row_count as research_count,
    reasons.right_count
from reasons
cross join published
cross join research
where
    reasons.all_count <> published.row_count
    or reasons.right_count <> research.row_count
