-- one row per serial number and person who has ever claimed it
-- Consenting or not, for all time: whose device a reading is does not change with consent.
select distinct  -- versions of a customer that name the same serial number
    serialnumber,
    email
from {{ ref('stg_customer') }}
where reject_reasons is null
