-- one row per landing line of the step trainer feed
-- The only reader of the source: each line is parsed once a build, everything after reads columns.
select
    sensorreadingtime,
    serialnumber,
    distancefromobject,
    reject_reasons,
    case when reject_reasons is not null then line end as line,  -- a usable record is all in its columns
    source_file,
    ingest_date
from {{ source('landing', 'step_trainer_landing') }}
