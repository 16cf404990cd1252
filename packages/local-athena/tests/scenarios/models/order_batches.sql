{{
    config(
        materialized='incremental',
        incremental_strategy='microbatch',
        table_type='iceberg',
        unique_key='order_id',
        event_time='updated_at',
        begin='2026-03-01',
        batch_size='day',
        lookback=0
    )
}}

select
    order_id,
    amount,
    updated_at
from {{ source('shop', 'orders') }}
