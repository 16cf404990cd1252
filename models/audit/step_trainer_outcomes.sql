-- one row per outcome and reject reasons of the step trainer feed's lines
-- The first that applies: rejected, redelivered, unknown_device, ambiguous_owner, no_phone_reading (of
-- the claimants of a shared device), the owner's no_consent (today), before_consent, between_consents,
-- former_device, no_phone_reading, kept (in research).
with

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

-- All of a device's readings at one millisecond have one outcome.
decided as (
    select
        owners.distance_count as records,
        owners.deliveries,
        case
            when owners.ownership = 'unclaimed' then 'unknown_device'
            when owners.ownership = 'several_reporters' then 'ambiguous_owner'
            when owners.ownership = 'no_reporter' then 'no_phone_reading'
            when customers.email is null then 'no_consent'
            when owners.sensorreadingtime < first_consents.valid_from then 'before_consent'
            when intervals.email is null then 'between_consents'
            when current_devices.serialnumber is null then 'former_device'
            when phone_moments."user" is null then 'no_phone_reading'
            else 'kept'
        end as outcome
    from {{ ref('device_reading_owners') }} as owners
    left join {{ ref('customer_trusted') }} as customers
        on owners.owner_email = customers.email
    left join {{ ref('first_consents') }} as first_consents
        on
            owners.owner_email = first_consents.email
            and first_consents.purpose = 'research'
    left join {{ ref('consent_intervals') }} as intervals
        on
            owners.owner_email = intervals.email
            and intervals.purpose = 'research'
            and {{ covers('intervals', 'owners.sensorreadingtime') }}
    left join current_devices
        on owners.serialnumber = current_devices.serialnumber
    left join phone_moments
        on
            owners.owner_email = phone_moments."user"
            and owners.sensorreadingtime = phone_moments."timestamp"
),

counted as (
    {{ outcome_counts('decided', ref('stg_step_trainer')) }}
)

select
    outcome,
    reject_reasons,
    row_count
from counted
