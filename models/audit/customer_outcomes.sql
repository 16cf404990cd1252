-- one row per outcome of the customer feed's lines
-- The first that applies: reject reasons, redelivered, superseded_version (not the current one),
-- no_consent, kept (in customer_trusted).
with

records as (
    select
        customername,
        email,
        phone,
        birthday,
        serialnumber,
        registrationdate,
        lastupdatedate,
        sharewithresearchasofdate,
        sharewithpublicasofdate,
        sharewithfriendsasofdate,
        count(*) as deliveries
    from {{ ref('stg_customer') }}
    where reject_reasons is null
    group by
        customername,
        email,
        phone,
        birthday,
        serialnumber,
        registrationdate,
        lastupdatedate,
        sharewithresearchasofdate,
        sharewithpublicasofdate,
        sharewithfriendsasofdate
),

-- A rejected record with a readable e-mail and time is a version too, and agrees to nothing.
rejected_versions as (
    select
        email,
        max(lastupdatedate) as newest_update
    from {{ ref('stg_customer') }}
    where
        reject_reasons is not null
        and email is not null
    group by email
),

ranked as (
    select
        records.sharewithresearchasofdate,
        records.lastupdatedate,
        records.deliveries,
        rejected_versions.newest_update as newest_rejected_update,
        row_number() over (
            partition by records.email
            order by
                records.lastupdatedate desc,
                case when records.sharewithresearchasofdate > 0 then 1 else 0 end asc
        ) as newest_first
    from records
    left join rejected_versions
        on records.email = rejected_versions.email
),

decided as (
    select
        deliveries,
        case
            when newest_first > 1 or lastupdatedate < newest_rejected_update then 'superseded_version'
            when sharewithresearchasofdate > 0 then 'kept'
            else 'no_consent'
        end as outcome
    from ranked
),

lines as (
    select
        outcome,
        1 as row_count
    from decided
    union all
    select
        'redelivered' as outcome,
        deliveries - 1 as row_count
    from decided
    where deliveries > 1
    union all
    select
        reject_reasons as outcome,
        1 as row_count
    from {{ ref('stg_customer') }}
    where reject_reasons is not null
)

select
    outcome,
    cast(sum(row_count) as bigint) as row_count
from lines
group by outcome
