-- one row per distinct dated record of a customer, usable or rejected
-- Fail closed: a rejected record whose e-mail and time can be read counts as a version without any
-- consent, unless a usable record with the same time replaces it. The newest version is the current one.
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
        reject_reasons,
        count(*) as deliveries
    from {{ ref('stg_customer') }}
    where
        email is not null
        and lastupdatedate is not null
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
        sharewithfriendsasofdate,
        reject_reasons
),

judged as (
    select
        *,
        reject_reasons is not null
        and count_if(reject_reasons is null) over (partition by email, lastupdatedate) > 0 as is_replaced,
        reject_reasons is null
        and coalesce(sharewithresearchasofdate > 0, false) as has_research_consent
    from records
),

-- Of several versions of one time: one without research consent first, then the later consent date,
-- then the smallest row.
ranked as (
    select
        *,
        row_number() over (
            partition by email
            order by
                lastupdatedate desc,
                case when is_replaced then 1 else 0 end asc,
                case when has_research_consent then 1 else 0 end asc,
                sharewithresearchasofdate desc,
                customername asc nulls last,
                phone asc nulls last,
                birthday asc nulls last,
                serialnumber asc nulls last,
                registrationdate asc nulls last,
                sharewithpublicasofdate asc nulls last,
                sharewithfriendsasofdate asc nulls last,
                reject_reasons asc nulls last
        ) as newest_first
    from judged
)

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
    reject_reasons,
    deliveries,
    is_replaced,
    has_research_consent,
    newest_first = 1 as is_current
from ranked
