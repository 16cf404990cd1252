-- one row per landing line of the accelerometer feed
-- The only reader of the source: each line is parsed once, when its file is new; all later models read columns.
select
    "user",
    "timestamp",
    x,
    y,
    z,
    reject_reasons,
    case when reject_reasons is not null then line end as line,  -- the columns of a usable record hold all of it
    source_file,
    ingest_date,
    source_file_bytes
from {{ arrivals(source('landing', 'accelerometer_landing')) }}
