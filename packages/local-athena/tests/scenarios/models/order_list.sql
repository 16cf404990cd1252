{{ config(materialized='table', table_type='iceberg', partitioned_by=['day(updated_at)']) }}

select
    order_id,
    status,
    amount,
    updated_at
from {{ source('shop', 'orders') }}
