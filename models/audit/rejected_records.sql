-- one row per rejected landing line
-- The file of each rejected line and the reasons. The text of an unreadable line is NULL here;
-- scripts/show_rejected.py prints it from the file.
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
