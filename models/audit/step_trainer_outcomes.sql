-- one row per outcome and minute of the step trainer feed's lines
-- The first that applies: reject reasons, redelivered, unknown_device, ambiguous_owner,
-- no_phone_reading (of the claimants of a shared device), the owner's no_consent (today),
-- before_consent, between_consents, former_device, no_phone_reading, kept (in research).
with

readings as (
    select
        serialnumber,
        sensorreadingtime,
        count(*) as deliveries
    from {{ ref('stg_step_trainer') }}
    where reject_reasons is null
    group by serialnumber, sensorreadingtime, distancefromobject
),

first_consents as (
    select
        email,
        min(valid_from) as first_valid_from
    from {{ ref('consent_intervals') }}
    where purpose = 'research'
    group by email
),

current_devices as (
    select distinct serialnumber  -- customers who share a device
    from {{ ref('customers_curated') }}
),

phone_moments as (
    select distinct  -- vectors of one millisecond
        "user",
        "timestamp"
    from {{ ref('accelerometer_trusted') }}
),

decided as (
    select
        readings.sensorreadingtime,
        readings.deliveries,
        case
            when owners.ownership = 'unclaimed' then 'unknown_device'
            when owners.ownership = 'several_reporters' then 'ambiguous_owner'
            when owners.ownership = 'no_reporter' then 'no_phone_reading'
            when customers.email is null then 'no_consent'
            when readings.sensorreadingtime < first_consents.first_valid_from then 'before_consent'
            when intervals.email is null then 'between_consents'
            when current_devices.serialnumber is null then 'former_device'
            when phone_moments."user" is null then 'no_phone_reading'
            else 'kept'
        end as outcome
    from readings
    inner join {{ ref('device_reading_owners') }} as owners
        on
            readings.serialnumber = owners.serialnumber
            and readings.sensorreadingtime = owners.sensorreadingtime
    left join {{ ref('customer_trusted') }} as customers
        on owners.owner_email = customers.email
    left join first_consents
        on owners.owner_email = first_consents.email
    left join {{ ref('consent_intervals') }} as intervals
        on
            owners.owner_email = intervals.email
            and intervals.purpose = 'research'
            and readings.sensorreadingtime >= intervals.valid_from
            and (readings.sensorreadingtime < intervals.valid_to or intervals.valid_to is null)
    left join current_devices
        on readings.serialnumber = current_devices.serialnumber
    left join phone_moments
        on
            owners.owner_email = phone_moments."user"
            and readings.sensorreadingtime = phone_moments."timestamp"
),

lines as (
    select
        outcome,
        sensorreadingtime,
        1 as row_count
    from decided
    union all
    select
        'redelivered' as outcome,
        sensorreadingtime,
        deliveries - 1 as row_count
    from decided
    where deliveries > 1
    union all
    select
        reject_reasons as outcome,
        sensorreadingtime,
        1 as row_count
    from {{ ref('stg_step_trainer') }}
    where reject_reasons is not null
)

select
    outcome,
    sensorreadingtime - sensorreadingtime % 60000 as minute_start,
    cast(sum(row_count) as bigint) as row_count
from lines
group by outcome, sensorreadingtime - sensorreadingtime % 60000
