-- one row per user, timestamp, x, y and z
-- The owner join: a phone reading counts if its user is in customer_trusted today.
select
    readings."user",
    readings."timestamp",
    readings.x,
    readings.y,
    readings.z
from {{ ref('phone_readings') }} as readings
where exists (
    select 1
    from {{ ref('customer_trusted') }} as customers
    where customers.email = readings."user"
)
