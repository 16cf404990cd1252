-- Trusted customers are those with an open research interval: both come from the same versions of a
-- customer, in different ways.
with

trusted as (
    select email
    from {{ ref('customer_trusted') }}
),

open_intervals as (
    select email
    from {{ ref('consent_intervals') }}
    where
        purpose = 'research'
        and valid_to is null
)

select
    coalesce(trusted.email, open_intervals.email) as email,
    trusted.email is not null as is_trusted,
    open_intervals.email is not null as has_open_interval
from trusted
full outer join open_intervals
    on trusted.email = open_intervals.email
where
    trusted.email is null
    or open_intervals.email is null
