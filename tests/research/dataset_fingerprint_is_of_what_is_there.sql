-- One row, and its counts are those of the tables that it describes.
with

there as (
    select
        (select count(*) from {{ ref('reading_pairs') }}) as row_count,
        (select count(*) from {{ ref('publishable_reading_pairs') }}) as publishable_row_count,
        (select coalesce(sum(row_count), 0) from {{ ref('row_accounting') }}) as landing_lines
)

select count(*) as fingerprint_count
from {{ ref('dataset_fingerprint') }} as fingerprints
inner join there
    on
        fingerprints.row_count = there.row_count
        and fingerprints.publishable_row_count = there.publishable_row_count
        and fingerprints.landing_lines = there.landing_lines
having count(*) <> 1
