-- one row per person and purpose
-- Since when the person has shared data for the purpose at all, whatever happened later.
select
    email,
    purpose,
    min(valid_from) as valid_from
from {{ ref('consent_intervals') }}
group by email, purpose
