-- one row per device reading and phone vector of one millisecond
-- The published timestamp join, which also pairs different people measured at the same millisecond; two
-- flags tell which pairs are right. Names and e-mails have no place in a training table.
with

research_consent as (
    select
        email,
        valid_from,
        valid_to
    from {{ ref('consent_intervals') }}
    where purpose = 'research'
),

-- All device readings of a millisecond are paired with the same vectors, so these are numbered once.
phone_readings as (
    select
        readings."user",
        readings."timestamp",
        readings.x,
        readings.y,
        readings.z,
        row_number() over (
            partition by readings."timestamp"
            order by readings."user", readings.x, readings.y, readings.z
        ) as vector_number,
        research_consent.email is not null as is_consented
    from {{ ref('accelerometer_trusted') }} as readings
    left join research_consent
        on
            readings."user" = research_consent.email
            and {{ covers('research_consent', 'readings."timestamp"') }}
)

select
    device_readings.serialnumber,
    device_readings.sensorreadingtime,
    device_readings.distancefromobject,
    phone_readings.x,
    phone_readings.y,
    phone_readings.z,
    cast(phone_readings.vector_number as integer) as vector_number,
    coalesce(owners.owner_email = phone_readings."user", false) as is_same_person,
    phone_readings.is_consented as is_consented_at_capture
from {{ ref('step_trainer_trusted') }} as device_readings
inner join phone_readings
    on device_readings.sensorreadingtime = phone_readings."timestamp"
left join {{ ref('device_reading_owners') }} as owners
    on
        device_readings.serialnumber = owners.serialnumber
        and device_readings.sensorreadingtime = owners.sensorreadingtime
