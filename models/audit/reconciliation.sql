-- one row per reason why a published training row is right or wrong
-- The first that applies to a row of machine_learning_curated; the counts add up to all of them.
with

judged as (
    select
        case
            when not is_same_person then 'other_person_or_owner_unknown'
            when not is_consented_at_capture then 'not_consented_at_capture'
            else 'right'
        end as reason
    from {{ ref('machine_learning_curated') }}
)

select
    reason,
    count(*) as row_count
from judged
group by reason
