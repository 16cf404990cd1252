-- A usable device reading of a curated customer never goes missing: the training set would shrink
-- without a sign.
select
    readings.sensorreadingtime,
    readings.serialnumber,
    readings.distancefromobject
from {{ ref('stg_step_trainer') }} as readings
where
    readings.reject_reasons is null
    and readings.serialnumber in (
        select customers.serialnumber
        from {{ ref('customers_curated') }} as customers
    )
except
select
    sensorreadingtime,
    serialnumber,
    distancefromobject
from {{ ref('step_trainer_trusted') }}
