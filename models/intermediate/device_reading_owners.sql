-- one row per serial number and reading time
-- The owner of a device reading is the only claimant of the device; of several claimants, the only one
-- whose phone reported at that millisecond; else nobody. `ownership` says which of these it is.
with

moments as (
    select
        serialnumber,
        sensorreadingtime,
        count(*) as distance_count,
        cast(sum(deliveries) as bigint) as deliveries
    from {{ ref('device_readings') }}
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
    from {{ ref('phone_readings') }} as readings
    inner join {{ ref('device_claims') }} as claims
        on readings."user" = claims.email
    inner join devices
        on claims.serialnumber = devices.serialnumber
    where devices.claimant_count > 1
    group by claims.serialnumber, readings."timestamp"
),

claimed as (
    select
        moments.serialnumber,
        moments.sensorreadingtime,
        moments.distance_count,
        moments.deliveries,
        devices.email,
        devices.claimant_count
    from moments
    left join devices
        on moments.serialnumber = devices.serialnumber
)

select
    serialnumber,
    sensorreadingtime,
    email as owner_email,
    case when claimant_count = 1 then 'sole_claimant' else 'unclaimed' end as ownership,
    distance_count,
    deliveries
from claimed
where
    claimant_count = 1
    or claimant_count is null
union all
select
    claimed.serialnumber,
    claimed.sensorreadingtime,
    case when reports.is_lone then reports.email end as owner_email,
    case
        when reports.is_lone is null then 'no_reporter'
        when reports.is_lone then 'lone_reporter'
        else 'several_reporters'
    end as ownership,
    claimed.distance_count,
    claimed.deliveries
from claimed
left join reports
    on
        claimed.serialnumber = reports.serialnumber
        and claimed.sensorreadingtime = reports."timestamp"
where claimed.claimant_count > 1
