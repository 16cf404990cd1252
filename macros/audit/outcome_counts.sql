{#
    A query that counts a feed's landing lines by outcome: what is decided of each record, then every
    further delivery of a record, then the rejected lines by their reasons.

    Args:
        decided: relation or CTE with outcome, records (how many distinct usable records a row stands
            for) and deliveries (of these records together).
        staged: the feed's staging model, as ref() gives it.
    Returns: SQL with outcome, reject_reasons (NULL unless rejected) and row_count.
#}
{% macro outcome_counts(decided, staged) -%}
    select
        outcome,
        cast(null as varchar) as reject_reasons,
        cast(sum(records) as bigint) as row_count
    from {{ decided }}
    group by outcome
    union all
    select
        'redelivered' as outcome,
        cast(null as varchar) as reject_reasons,
        cast(sum(deliveries - records) as bigint) as row_count
    from {{ decided }}
    where deliveries > records
    {#- Without groups there would be a row of nothing; DuckDB 2.0.0 may lose that of `having`. #}
    group by 1
    union all
    select
        'rejected' as outcome,
        reject_reasons,
        count(*) as row_count
    from {{ staged }}
    where reject_reasons is not null
    group by reject_reasons
{%- endmacro %}
