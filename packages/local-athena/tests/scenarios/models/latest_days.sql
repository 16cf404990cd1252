{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        table_type='hive',
        format='parquet',
        partitioned_by=['order_day']
    )
}}

select
    order_id,
    amount,
    order_day
from {{ source('shop', 'orders') }}
