-- Whoever names a device in a usable record claims it: otherwise its readings would seem to be those of
-- the other claimants.
select
    serialnumber,
    email
from {{ ref('stg_customer') }}
where reject_reasons is null
except
select
    serialnumber,
    email
from {{ ref('device_claims') }}
