-- one row per landing line of the customer feed
-- The only reader of the source: each line is parsed once a build, everything after reads columns.
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
    line,
    source_file,
    ingest_date
from {{ source('landing', 'customer_landing') }}
