{#
    Fails if a relation has not the published number of rows, or none is published for it.

    Runs on data whose numbers are known: the generated data (STEDI_LANDING unset), or the course's
    own files (STEDI_PUBLISHED_COUNTS=true).

    Args:
        counts: relation with table_name and row_count.
        published_as: the table's name there; its own by default.
    Failing row: both numbers.
#}
{% test row_count_is_published(model, counts, published_as=none) %}
{{ config(enabled=env_var('STEDI_LANDING', '') == '' or env_var('STEDI_PUBLISHED_COUNTS', '') == 'true') }}
select
    actual.row_count,
    published.row_count as published_row_count
from (select count(*) as row_count from {{ model }}) as actual
left join {{ counts }} as published
    on published.table_name = '{{ published_as or model.identifier }}'
where
    published.row_count is null
    or published.row_count <> actual.row_count
{% endtest %}
