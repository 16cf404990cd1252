-- one row per landing file that holds a line
-- What the build has read: how many lines each file holds, and how many of them are rejected.
{%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
{{ 'union all' if not loop.first }}
select
    '{{ feed }}' as feed,
    source_file,
    ingest_date,
    source_file_bytes,
    count(*) as line_count,
    count(reject_reasons) as rejected_count
from {{ ref('stg_' ~ feed) }}
group by source_file, ingest_date, source_file_bytes
{%- endfor %}
