-- one row per device reading and phone vector of one millisecond
-- The published timestamp join, which also pairs people who walked at once; two flags tell which
-- pairs are right. Names and e-mails have no place in a training table.
with

device_readings as (
    select
        serialnumber,
        sensorreadingtime,
        distancefromobject
    from {{ ref('step_trainer_trusted') }}
),

research_consent as (
    select
        email,
        valid_from,
        valid_to
    from {{ ref('consent_intervals') }}
    where purpose = 'research'
),

-- Every device reading of a millisecond meets the same vectors, so they are numbered once.
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
            and readings."timestamp" >= research_consent.valid_from
            and (
                readings."timestamp" < research_consent.valid_to
                or research_consent.valid_to is null
            )
),

claims as (
    select
        serialnumber,
        email,
        count(*) over (partition by serialnumber) as claimant_count
    from {{ ref('device_claims') }}
),

-- Of several claimants of a device, the only one whose phone reported at a millisecond.
lone_reporters as (
    select
        claims.serialnumber,
        reports."timestamp",
        min(claims.email) as email
    from {{ ref('stg_accelerometer') }} as reports
    inner join claims
        on reports."user" = claims.email
    where
        claims.claimant_count > 1
        and reports.reject_reasons is null
    group by claims.serialnumber, reports."timestamp"
    having count(distinct claims.email) = 1
),

owned as (
    select
        device_readings.serialnumber,
        device_readings.sensorreadingtime,
        device_readings.distancefromobject,
        coalesce(sole_claimants.email, lone_reporters.email) as owner_email
    from device_readings
    left join claims as sole_claimants
        on
            device_readings.serialnumber = sole_claimants.serialnumber
            and sole_claimants.claimant_count = 1
    left join lone_reporters
        on
            device_readings.serialnumber = lone_reporters.serialnumber
            and device_readings.sensorreadingtime = lone_reporters."timestamp"
)

select
    owned.serialnumber,
    owned.sensorreadingtime,
    owned.distancefromobject,
    phone_readings.x,
    phone_readings.y,
    phone_readings.z,
    cast(phone_readings.vector_number as integer) as vector_number,
    coalesce(owned.owner_email = phone_readings."user", false) as is_same_person,
    phone_readings.is_consented as is_consented_at_capture
from owned
inner join phone_readings
    on owned.sensorreadingtime = phone_readings."timestamp"
