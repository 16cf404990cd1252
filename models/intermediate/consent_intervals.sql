-- one row per person, purpose and start
-- When a person shares data for a purpose: from the consent date until a version without one. The
-- build never looks at the clock.
with

by_purpose as (
    {%- for purpose in ['research', 'public', 'friends'] %}
    {{ 'union all' if not loop.first }}
    select
        email,
        '{{ purpose }}' as purpose,
        lastupdatedate,
        case
            when reject_reasons is null and sharewith{{ purpose }}asofdate > 0
                then sharewith{{ purpose }}asofdate
        end as consent_date
    from {{ ref('customer_versions') }}
    where not is_replaced
    {%- endfor %}
),

-- Of several versions with one time, one without consent for the purpose decides, else the latest date.
versions as (
    select
        email,
        purpose,
        lastupdatedate,
        case when count(consent_date) = count(*) then max(consent_date) end as consent_date
    from by_purpose
    group by email, purpose, lastupdatedate
),

-- The withdrawals around each version: the newest at or before it, the first at or after it.
between_withdrawals as (
    select
        email,
        purpose,
        consent_date,
        max(case when consent_date is null then lastupdatedate end) over (
            partition by email, purpose
            order by lastupdatedate
            rows between unbounded preceding and current row
        ) as withdrawn_before,
        min(case when consent_date is null then lastupdatedate end) over (
            partition by email, purpose
            order by lastupdatedate
            rows between current row and unbounded following
        ) as withdrawn_after
    from versions
),

-- Further consent dates only move the start of an open interval to the earliest of them, and never back
-- over a withdrawal.
opened as (
    select
        email,
        purpose,
        greatest(min(consent_date), coalesce(withdrawn_before, min(consent_date))) as valid_from,
        withdrawn_after as valid_to
    from between_withdrawals
    where consent_date is not null
    group by email, purpose, withdrawn_before, withdrawn_after
),

existing as (
    select
        email,
        purpose,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by email, purpose order by valid_from) as previous_valid_to
    from opened
    where
        valid_to is null
        or valid_from < valid_to
),

-- A consent that starts at the millisecond of a withdrawal leaves no gap: both are one interval.
numbered as (
    select
        email,
        purpose,
        valid_from,
        valid_to,
        count_if(previous_valid_to is null or previous_valid_to < valid_from) over (
            partition by email, purpose
            order by valid_from
            rows between unbounded preceding and current row
        ) as interval_number
    from existing
)

select
    email,
    purpose,
    min(valid_from) as valid_from,
    case when count(valid_to) = count(*) then max(valid_to) end as valid_to
from numbered
group by email, purpose, interval_number
