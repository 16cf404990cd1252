-- one row per landing line of the accelerometer feed
-- The only reader of the source: each line is parsed once a build, everything after reads columns.
select
    "user",
    "timestamp",
    x,
    y,
    z,
    reject_reasons,
    line,
    source_file,
    ingest_date
from {{ source('landing', 'accelerometer_landing') }}
