-- one row per customer whose current version shares data for research
-- Fail closed: a newest record that is rejected keeps the customer out.
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
from {{ ref('customer_versions') }}
where
    is_current
    and has_research_consent
