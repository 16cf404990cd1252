-- A device reading always has all vectors of its millisecond, numbered from 1 without a gap: the
-- published number of pairs depends on it.
with

vectors as (
    select
        "timestamp",
        count(*) as vector_count
    from {{ ref('accelerometer_trusted') }}
    group by "timestamp"
),

expected as (
    select
        readings.serialnumber,
        readings.sensorreadingtime,
        readings.distancefromobject,
        vectors.vector_count
    from {{ ref('step_trainer_trusted') }} as readings
    inner join vectors
        on readings.sensorreadingtime = vectors."timestamp"
),

actual as (
    select
        serialnumber,
        sensorreadingtime,
        distancefromobject,
        count(*) as vector_count,
        min(vector_number) as first_number,
        max(vector_number) as last_number
    from {{ ref('machine_learning_curated') }}
    group by serialnumber, sensorreadingtime, distancefromobject
)

select
    coalesce(expected.serialnumber, actual.serialnumber) as serialnumber,
    coalesce(expected.sensorreadingtime, actual.sensorreadingtime) as sensorreadingtime,
    coalesce(expected.distancefromobject, actual.distancefromobject) as distancefromobject,
    expected.vector_count as expected_vector_count,
    actual.vector_count,
    actual.first_number,
    actual.last_number
from expected
full outer join actual
    on
        expected.serialnumber = actual.serialnumber
        and expected.sensorreadingtime = actual.sensorreadingtime
        and expected.distancefromobject = actual.distancefromobject
where not coalesce(
    expected.vector_count = actual.vector_count
    and actual.first_number = 1
    and actual.last_number = actual.vector_count,
    false
)
