-- A usable device reading of a curated customer never goes missing: the training set would shrink
-- without anyone being told.
select
    readings.sensorreadingtime,
    readings.serialnumber,
    readings.distancefromobject
from {{ ref('stg_step_trainer') }} as readings
inner join {{ ref('customers_curated') }} as customers
    on readings.serialnumber = customers.serialnumber
where readings.reject_reasons is null
except
select
    sensorreadingtime,
    serialnumber,
    distancefromobject
from {{ ref('step_trainer_trusted') }}
