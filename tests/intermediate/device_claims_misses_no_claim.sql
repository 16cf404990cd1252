-- A device that a usable record names never goes unclaimed: its readings would pass for those of
-- whoever else claims it.
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
