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
numbered_vectors as (
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
    trusted_readings.serialnumber,
    trusted_readings.sensorreadingtime,
    trusted_readings.distancefromobject,
    numbered_vectors.x,
    numbered_vectors.y,
    numbered_vectors.z,
    cast(numbered_vectors.vector_number as integer) as vector_number,
    coalesce(owners.owner_email = numbered_vectors."user", false) as is_same_person,
    numbered_vectors.is_consented as is_consented_at_capture
from {{ ref('step_trainer_trusted') }} as trusted_readings
inner join numbered_vectors
    on trusted_readings.sensorreadingtime = numbered_vectors."timestamp"
left join {{ ref('device_reading_owners') }} as owners
    on
        trusted_readings.serialnumber = owners.serialnumber
        and trusted_readings.sensorreadingtime = owners.sensorreadingtime
