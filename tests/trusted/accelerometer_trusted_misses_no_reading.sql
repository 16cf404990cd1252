-- A usable phone reading of a trusted customer never goes missing: the training set would shrink
-- without a sign.
select
    readings."user",
    readings."timestamp",
    readings.x,
    readings.y,
    readings.z
from {{ ref('stg_accelerometer') }} as readings
inner join {{ ref('customer_trusted') }} as customers
    on readings."user" = customers.email
where readings.reject_reasons is null
except
select
    "user",
    "timestamp",
    x,
    y,
    z
from {{ ref('accelerometer_trusted') }}
