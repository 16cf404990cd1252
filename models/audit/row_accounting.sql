-- one row per feed, outcome and reject reasons
-- Where every landing line went: the counts of a feed add up to its lines.
{%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
{{ 'union all' if not loop.first }}
select
    '{{ feed }}' as feed,
    outcome,
    reject_reasons,
    row_count
from {{ ref(feed ~ '_outcomes') }}
{%- endfor %}
