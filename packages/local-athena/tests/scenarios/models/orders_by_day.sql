{{ config(materialized='table', table_type='hive', format='parquet', partitioned_by=['order_day']) }}

select
    order_id,
    status,
    amount,
    order_day
from {{ source('shop', 'orders') }}
