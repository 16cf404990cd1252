-- Intervals of one person and purpose never overlap or touch: a reading would be counted twice, or
-- a withdrawal would seem to have happened that did not.
with

intervals as (
    select
        email,
        purpose,
        valid_from,
        lag(valid_from) over (partition by email, purpose order by valid_from) as previous_valid_from,
        lag(valid_to) over (partition by email, purpose order by valid_from) as previous_valid_to
    from {{ ref('consent_intervals') }}
)

select
    email,
    purpose,
    valid_from,
    previous_valid_from,
    previous_valid_to
from intervals
where
    previous_valid_from is not null
    and coalesce(previous_valid_to, valid_from) >= valid_from
