-- one row per outcome and reject reasons of the customer feed's lines
-- The first that applies: rejected, redelivered, superseded_version (not the current one), no_consent,
-- kept (in customer_trusted).
with

decided as (
    select
        1 as records,
        deliveries,
        case
            when not is_current then 'superseded_version'
            when has_research_consent then 'kept'
            else 'no_consent'
        end as outcome
    from {{ ref('customer_versions') }}
    where reject_reasons is null
),

counted as (
    {{ outcome_counts('decided', ref('stg_customer')) }}
)

select
    outcome,
    reject_reasons,
    row_count
from counted
