-- one row per feed and outcome
-- Where every landing line went: the counts of a feed add up to its lines.
{%- for feed in ['customer', 'accelerometer', 'step_trainer'] %}
{{ 'union all' if not loop.first }}
select
    '{{ feed }}' as feed,
    outcome,
    cast(sum(row_count) as bigint) as row_count
from {{ ref(feed ~ '_outcomes') }}
group by outcome
{%- endfor %}
