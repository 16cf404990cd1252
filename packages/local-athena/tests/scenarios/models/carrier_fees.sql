{{ config(materialized='table', table_type='iceberg') }}

select
    name,
    fee
from {{ ref('carriers') }}
where active
