-- one row per user, timestamp, x, y and z
-- The usable phone readings, each once, however often they were delivered.
select
    "user",
    "timestamp",
    x,
    y,
    z,
    count(*) as deliveries
from {{ ref('stg_accelerometer') }}
where reject_reasons is null
group by "user", "timestamp", x, y, z
