-- one row per outcome and minute of the accelerometer feed's lines
-- The first that applies: reject reasons, redelivered, unknown_user, no_consent (today),
-- before_consent, between_consents, ambiguous_owner, no_device_reading, kept (in research).
with

readings as (
    select
        "user",
        "timestamp",
        count(*) as deliveries
    from {{ ref('stg_accelerometer') }}
    where reject_reasons is null
    group by "user", "timestamp", x, y, z
),

known_users as (
    select distinct email  -- versions of a customer
    from {{ ref('stg_customer') }}
    where reject_reasons is null
),

first_consents as (
    select
        email,
        min(valid_from) as first_valid_from
    from {{ ref('consent_intervals') }}
    where purpose = 'research'
    group by email
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
        readings."timestamp",
        readings.deliveries,
        case
            when known_users.email is null then 'unknown_user'
            when customers.email is null then 'no_consent'
            when readings."timestamp" < first_consents.first_valid_from then 'before_consent'
            when intervals.email is null then 'between_consents'
            when own_moments.owner_email is not null then 'kept'
            when ambiguous_moments.sensorreadingtime is not null then 'ambiguous_owner'
            else 'no_device_reading'
        end as outcome
    from readings
    left join known_users
        on readings."user" = known_users.email
    left join {{ ref('customer_trusted') }} as customers
        on readings."user" = customers.email
    left join first_consents
        on readings."user" = first_consents.email
    left join {{ ref('consent_intervals') }} as intervals
        on
            readings."user" = intervals.email
            and intervals.purpose = 'research'
            and readings."timestamp" >= intervals.valid_from
            and (readings."timestamp" < intervals.valid_to or intervals.valid_to is null)
    left join device_moments as own_moments
        on
            readings."timestamp" = own_moments.sensorreadingtime
            and readings."user" = own_moments.owner_email
    left join device_moments as ambiguous_moments
        on
            readings."timestamp" = ambiguous_moments.sensorreadingtime
            and ambiguous_moments.owner_email is null
),

lines as (
    select
        outcome,
        "timestamp",
        1 as row_count
    from decided
    union all
    select
        'redelivered' as outcome,
        "timestamp",
        deliveries - 1 as row_count
    from decided
    where deliveries > 1
    union all
    select
        reject_reasons as outcome,
        "timestamp",
        1 as row_count
    from {{ ref('stg_accelerometer') }}
    where reject_reasons is not null
)

select
    outcome,
    "timestamp" - "timestamp" % 60000 as minute_start,
    cast(sum(row_count) as bigint) as row_count
from lines
group by outcome, "timestamp" - "timestamp" % 60000
