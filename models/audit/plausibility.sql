-- one row per check of plausibility
-- Counts what looks wrong; nothing is removed for it.
with

customers as (
    select
        email,
        birthday,
        registrationdate
    from {{ ref('customer_versions') }}
    where reject_reasons is null
),

registrations as (
    select
        email,
        min(registrationdate) as registrationdate
    from customers
    group by email
),

early_phone_readings as (
    select distinct  -- a reading delivered again
        readings."user",
        readings."timestamp",
        readings.x,
        readings.y,
        readings.z
    from {{ ref('stg_accelerometer') }} as readings
    inner join registrations
        on readings."user" = registrations.email
    where
        readings.reject_reasons is null
        and readings."timestamp" < registrations.registrationdate
),

-- No e-mail address is longer than 320 characters.
spellings as (
    select
        case when length(email) <= 320 then lower({{ trim_white_space('email') }}) else email end as plain_email
    from registrations
),

respelt as (
    select count(*) as spelling_count
    from spellings
    group by plain_email
    having count(*) > 1
),

shared_devices as (
    select serialnumber
    from {{ ref('device_claims') }}
    group by serialnumber
    having count(*) > 1
),

two_distances as (
    select
        serialnumber,
        sensorreadingtime
    from {{ ref('device_reading_owners') }}
    where distance_count > 1
)

select
    'customers_born_before_1900' as check_name,
    count(distinct email) as row_count
from customers
where
    {{ regexp_matches('birthday', '^[0-9]{1,4}-') }}
    and try_cast(split_part(birthday, '-', 1) as integer) < 1900
union all
select
    'phone_readings_before_registration' as check_name,
    count(*) as row_count
from early_phone_readings
union all
select
    'serial_numbers_of_several_customers' as check_name,
    count(*) as row_count
from shared_devices
union all
select
    'moments_with_two_distances' as check_name,
    count(*) as row_count
from two_distances
union all
select
    'emails_that_differ_in_case_or_white_space' as check_name,
    coalesce(cast(sum(spelling_count) as bigint), 0) as row_count
from respelt
