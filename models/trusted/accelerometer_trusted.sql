-- one row per user, timestamp, x, y and z
-- The owner join: a usable phone reading counts if its user is in customer_trusted today.
select distinct  -- a reading delivered again
    readings."user",
    readings."timestamp",
    readings.x,
    readings.y,
    readings.z
from {{ ref('stg_accelerometer') }} as readings
where
    readings.reject_reasons is null
    and exists (
        select 1
        from {{ ref('customer_trusted') }} as customers
        where customers.email = readings."user"
    )
