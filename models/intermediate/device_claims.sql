-- one row per serial number and person
-- Everybody who has ever named the device, consenting or not: whose device a reading is does not
-- change with consent.
select distinct  -- versions of a customer that name the same serial number
    serialnumber,
    email
from {{ ref('customer_versions') }}
where reject_reasons is null
