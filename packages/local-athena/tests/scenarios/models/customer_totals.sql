{{ config(materialized='table', table_type='hive') }}

select
    customer,
    count(*) as orders,
    sum(amount) as amount
from {{ source('shop', 'orders') }}
where status != 'cancelled'
group by customer
