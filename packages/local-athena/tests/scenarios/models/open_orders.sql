{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        table_type='iceberg',
        unique_key='order_id',
        delete_condition="src.status = 'cancelled'",
        update_condition='src.updated_at > target.updated_at',
        insert_condition="src.status != 'cancelled'",
        table_properties={
            'optimize_rewrite_delete_file_threshold': 1,
            'optimize_rewrite_data_file_threshold': 1,
            'vacuum_max_snapshot_age_seconds': 1
        },
        post_hook=[
            'optimize {{ this.render_pure() }} rewrite data using bin_pack',
            'vacuum {{ this.render_pure() }}'
        ]
    )
}}

select
    order_id,
    status,
    amount,
    updated_at
from {{ source('shop', 'orders') }}
{% if not is_incremental() %}
where status != 'cancelled'
{% endif %}
