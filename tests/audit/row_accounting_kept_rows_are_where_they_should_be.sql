-- As many lines are kept as customer_trusted, or research, has rows of them.
with

arrived as (
    select
        'customer' as feed,
        count(*) as row_count
    from {{ ref('customer_trusted') }}
    union all
    select
        'accelerometer' as feed,
        count(*) as row_count
    from (
        select distinct  -- distances of one millisecond
            subject_key,
            captured_at,
            x,
            y,
            z
        from {{ ref('reading_pairs') }}
    ) as vectors
    union all
    select
        'step_trainer' as feed,
        count(*) as row_count
    from {{ ref('readings') }}
),

kept as (
    select
        feed,
        row_count
    from {{ ref('row_accounting') }}
    where outcome = 'kept'
)

select
    arrived.feed,
    arrived.row_count,
    kept.row_count as kept_row_count
from arrived
left join kept
    on arrived.feed = kept.feed
where arrived.row_count <> coalesce(kept.row_count, 0)
