{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        table_type='iceberg',
        unique_key='order_id',
        on_schema_change='append_new_columns'
    )
}}

select
    order_id,
    {% if var('with_customer', false) %}
    customer,
    {% endif %}
    amount
from {{ source('shop', 'orders') }}
