-- one row per customer whose current version shares data for research
-- Fail closed: a newest record that is rejected keeps the customer out.
with

versions as (
    select
        *,
        row_number() over (
            partition by email
            order by
                lastupdatedate desc,
                case when reject_reasons is null then 0 else 1 end asc,
                case when sharewithresearchasofdate > 0 then 1 else 0 end asc,
                sharewithresearchasofdate desc,
                customername asc nulls last,
                phone asc nulls last,
                birthday asc nulls last,
                serialnumber asc,
                registrationdate asc,
                sharewithpublicasofdate asc nulls last,
                sharewithfriendsasofdate asc nulls last
        ) as newest_first
    from {{ ref('stg_customer') }}
    where
        email is not null
        and lastupdatedate is not null
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
    sharewithfriendsasofdate
from versions
where
    newest_first = 1
    and reject_reasons is null
    and sharewithresearchasofdate > 0
