-- one row per customer of customer_trusted whose phone has reported
-- Devices are matched to these customers only: without phone readings there is nothing to train on.
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
from {{ ref('customer_trusted') }} as customers
where exists (
    select 1
    from {{ ref('accelerometer_trusted') }} as readings
    where readings."user" = customers.email
)
