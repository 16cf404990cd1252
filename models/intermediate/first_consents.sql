-- one row per person and purpose
-- When the person's first consent to the purpose begins, whatever happened later.
select
    email,
    purpose,
    min(valid_from) as valid_from
from {{ ref('consent_intervals') }}
group by email, purpose
