-- one row per serial number, reading time and distance
-- The usable device readings, each once, however often they were delivered.
select
    serialnumber,
    sensorreadingtime,
    distancefromobject,
    count(*) as deliveries
from {{ ref('stg_step_trainer') }}
where reject_reasons is null
group by serialnumber, sensorreadingtime, distancefromobject
