-- one row per landing line of the step trainer feed
-- The only reader of the source: each line is parsed once a build, everything after reads columns.
select
    sensorreadingtime,
    serialnumber,
    distancefromobject,
    reject_reasons,
    line,
    source_file,
    ingest_date
from {{ source('landing', 'step_trainer_landing') }}
