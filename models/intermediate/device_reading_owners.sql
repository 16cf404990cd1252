-- one row per serial number and reading time
-- The owner of a device reading is the only claimant of the device; of several claimants, the only one
-- whose phone reported at that millisecond; else nobody. `ownership` says which of these it is.
with

-- Each usable device reading once, however often it was delivered.
device_readings as (
    select
        serialnumber,
        sensorreadingtime,
        count(*) as deliveries
    from {{ ref('stg_step_trainer') }}
    where reject_reasons is null
    group by serialnumber, sensorreadingtime, distancefromobject
),

moments as (
    select
        serialnumber,
        sensorreadingtime,
        count(*) as distance_count,
        cast(sum(deliveries) as bigint) as deliveries
    from device_readings
    group by serialnumber, sensorreadingtime
),

devices as (
    select
        serialnumber,
        min(email) as email,
        count(*) as claimant_count
    from {{ ref('device_claims') }}
    group by serialnumber
),

-- The claimants of a shared device whose phone reported at a millisecond.
reports as (
    select
        claims.serialnumber,
        readings."timestamp",
        min(claims.email) as email,
        min(claims.email) = max(claims.email) as is_lone
    from {{ ref('stg_accelerometer') }} as readings
    inner join {{ ref('device_claims') }} as claims
        on readings."user" = claims.email
    inner join devices
        on claims.serialnumber = devices.serialnumber
    where
        readings.reject_reasons is null
        and devices.claimant_count > 1
    group by claims.serialnumber, readings."timestamp"
)

select
    moments.serialnumber,
    moments.sensorreadingtime,
    case
        when devices.claimant_count = 1 then devices.email
        when reports.is_lone then reports.email
    end as owner_email,
    case
        when devices.claimant_count is null then 'unclaimed'
        when devices.claimant_count = 1 then 'sole_claimant'
        when reports.is_lone is null then 'no_reporter'
        when reports.is_lone then 'lone_reporter'
        else 'several_reporters'
    end as ownership,
    moments.distance_count,
    moments.deliveries
from moments
left join devices
    on moments.serialnumber = devices.serialnumber
left join reports
    on
        moments.serialnumber = reports.serialnumber
        and moments.sensorreadingtime = reports."timestamp"
