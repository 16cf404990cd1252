{{ config(materialized='incremental', incremental_strategy='append', table_type='iceberg') }}

select
    order_id,
    status,
    amount
from {{ source('shop', 'orders') }}
{% if is_incremental() %}
where order_id > (select max(seen.order_id) from {{ this }} as seen)
{% endif %}
