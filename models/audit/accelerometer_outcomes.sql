-- one row per outcome and reject reasons of the accelerometer feed's lines
-- The first that applies: rejected, redelivered, unknown_user, no_consent (today), before_consent,
-- between_consents, ambiguous_owner, no_device_reading, kept (in research).
with

known_users as (
    select distinct email  -- versions of a customer
    from {{ ref('customer_versions') }}
    where reject_reasons is null
),

device_moments as (
    select distinct  -- devices and distances of one millisecond
        readings.sensorreadingtime,
        owners.owner_email
    from {{ ref('step_trainer_trusted') }} as readings
    inner join {{ ref('device_reading_owners') }} as owners
        on
            readings.serialnumber = owners.serialnumber
            and readings.sensorreadingtime = owners.sensorreadingtime
),

decided as (
    select
        readings.deliveries,
        case
            when known_users.email is null then 'unknown_user'
            when customers.email is null then 'no_consent'
            when readings."timestamp" < first_consents.valid_from then 'before_consent'
            when intervals.email is null then 'between_consents'
            when own_moments.owner_email is not null then 'kept'
            when ambiguous_moments.sensorreadingtime is not null then 'ambiguous_owner'
            else 'no_device_reading'
        end as outcome
    from {{ ref('phone_readings') }} as readings
    left join known_users
        on readings."user" = known_users.email
    left join {{ ref('customer_trusted') }} as customers
        on readings."user" = customers.email
    left join {{ ref('first_consents') }} as first_consents
        on
            readings."user" = first_consents.email
            and first_consents.purpose = 'research'
    left join {{ ref('consent_intervals') }} as intervals
        on
            readings."user" = intervals.email
            and intervals.purpose = 'research'
            and {{ covers('intervals', 'readings."timestamp"') }}
    left join device_moments as own_moments
        on
            readings."timestamp" = own_moments.sensorreadingtime
            and readings."user" = own_moments.owner_email
    left join device_moments as ambiguous_moments
        on
            readings."timestamp" = ambiguous_moments.sensorreadingtime
            and ambiguous_moments.owner_email is null
),

counted as (
    {{ outcome_counts('decided', ref('stg_accelerometer')) }}
)

select
    outcome,
    reject_reasons,
    row_count
from counted
