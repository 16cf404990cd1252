{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        table_type='iceberg',
        on_schema_change='sync_all_columns'
    )
}}

select
    order_id,
    {% if var('with_customer', false) %}
    customer,
    cast(amount as bigint) as amount
    {% else %}
    status,
    amount
    {% endif %}
from {{ source('shop', 'orders') }}
