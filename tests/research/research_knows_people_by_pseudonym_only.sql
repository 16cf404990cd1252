-- A key is a digest, 64 hexadecimal digits, and one person has one split: nothing else may stand there.
select
    subject_key,
    min(device_key) as device_key,
    count(distinct split) as split_count
from {{ ref('reading_pairs') }}
group by subject_key
having
    count(distinct split) > 1
    or count_if(not coalesce({{ regexp_matches('subject_key', '^[0-9a-f]{64}\\z') }}, false)) > 0
    or count_if(not coalesce({{ regexp_matches('device_key', '^[0-9a-f]{64}\\z') }}, false)) > 0
