-- one row per distinct dated record of a customer, usable or rejected
-- Fail closed: a rejected record whose e-mail and time can be read is a version that agrees to nothing,
-- unless a usable record of the same time replaces it. The newest version is the current one.
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
        and count_if(reject_reasons is null) over (partition by email, lastupdatedate) > 0 as is_replaced
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
                case when sharewithresearchasofdate > 0 then 1 else 0 end asc,
                sharewithresearchasofdate desc,
                customername asc nulls last,
                phone asc nulls last,
                birthday asc nulls last,
                serialnumber asc,
                registrationdate asc,
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
    newest_first = 1 as is_current
from ranked
