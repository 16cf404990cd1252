-- one row per serial number, reading time and distance
-- Usable readings of devices that a curated customer has today. It reads curated although it is trusted: in
-- the published order, devices are matched to customers whose phone has reported.
select distinct  -- a reading delivered again
    readings.sensorreadingtime,
    readings.serialnumber,
    readings.distancefromobject
from {{ ref('stg_step_trainer') }} as readings
where
    readings.reject_reasons is null
    and exists (
        select 1
        from {{ ref('customers_curated') }} as customers
        where customers.serialnumber = readings.serialnumber
    )
