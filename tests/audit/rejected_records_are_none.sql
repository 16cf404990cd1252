-- Any rejected record is worth a look: scripts/show_rejected.py prints it.
{{ config(severity='warn') }}
select
    feed,
    source_file,
    reject_reasons
from {{ ref('rejected_records') }}
