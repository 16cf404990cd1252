{{ config(materialized='table', table_type='iceberg') }}

-- The more stops a route has, the longer this takes.
select
    carrier_fees.name,
    count(*) as routes
from {{ ref('carrier_fees') }} as carrier_fees
cross join unnest(sequence(1, {{ var('stops', 2) }})) as first_stop (id)
cross join unnest(sequence(1, {{ var('stops', 2) }})) as second_stop (id)
cross join unnest(sequence(1, {{ var('stops', 2) }})) as third_stop (id)
where (first_stop.id + second_stop.id + third_stop.id) % 2 = 0
group by carrier_fees.name
