-- one row per rejected landing line
-- Where each line stands and why it does not count. An unreadable line is NULL here and is printed
-- from its file by scripts/show_rejected.py.
{%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
{{ 'union all' if not loop.first }}
select
    '{{ feed }}' as feed,
    source_file,
    line,
    reject_reasons
from {{ ref('stg_' ~ feed) }}
where reject_reasons is not null
{%- endfor %}
