-- A key is a digest, 64 hexadecimal digits, and one person has one split: nothing else is allowed.
with

rows_of_research as (
    {%- for table in ['reading_pairs', 'readings', 'publishable_reading_pairs'] %}
    {{ 'union all' if not loop.first }}
    select
        subject_key,
        device_key,
        split
    from {{ ref(table) }}
    {%- endfor %}
),

judged as (
    select
        subject_key,
        device_key,
        split,
        {{ regexp_matches('subject_key', '^[0-9a-f]{64}\\z') }} as is_subject_digest,
        {{ regexp_matches('device_key', '^[0-9a-f]{64}\\z') }} as is_device_digest
    from rows_of_research
)

select
    subject_key,
    min(device_key) as device_key,
    count(distinct split) as split_count
from judged
group by subject_key
having
    count(distinct split) > 1
    or count_if(is_subject_digest and is_device_digest) < count(*)
