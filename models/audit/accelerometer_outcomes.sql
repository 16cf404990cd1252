-- one row per outcome and reject reasons of the accelerometer feed's lines
-- The first that applies: rejected, redelivered, unknown_user, no_consent (today), before_consent,
-- between_consents, ambiguous_owner, no_device_reading, kept (in research).
with

-- What holds for all readings of a person.
known_users as (
    select
        versions.email,
        max(customers.email) is not null as is_consenting,
        max(first_consents.valid_from) as first_consent
    from {{ ref('customer_versions') }} as versions
    left join {{ ref('customer_trusted') }} as customers
        on versions.email = customers.email
    left join {{ ref('first_consents') }} as first_consents
        on
            versions.email = first_consents.email
            and first_consents.purpose = 'research'
    where versions.reject_reasons is null
    group by versions.email
),

-- The milliseconds of step_trainer_trusted, which has all readings of these devices.
device_moments as (
    select distinct  -- devices of one millisecond
        sensorreadingtime,
        owner_email
    from {{ ref('device_reading_owners') }}
    where serialnumber in (select customers.serialnumber from {{ ref('customers_curated') }} as customers)
),

-- Each usable reading once, however often it was delivered.
readings as (
    select
        "user",
        "timestamp",
        count(*) as deliveries
    from {{ ref('stg_accelerometer') }}
    where reject_reasons is null
    group by "user", "timestamp", x, y, z
),

decided as (
    select
        1 as records,
        readings.deliveries,
        case
            when known_users.email is null then 'unknown_user'
            when not known_users.is_consenting then 'no_consent'
            when readings."timestamp" < known_users.first_consent then 'before_consent'
            when intervals.email is null then 'between_consents'
            when own_moments.owner_email is not null then 'kept'
            when ambiguous_moments.sensorreadingtime is not null then 'ambiguous_owner'
            else 'no_device_reading'
        end as outcome
    from readings
    left join known_users
        on readings."user" = known_users.email
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
