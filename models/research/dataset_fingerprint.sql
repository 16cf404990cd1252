-- one row for the whole training set
-- Identifies the data that a training run or a publication used: the same landing, code and pepper give
-- the same row on every engine. The hashes do not depend on row order.
with
{%- for table, name in [('reading_pairs', 'all'), ('publishable_reading_pairs', 'publishable')] %}

{{ name }}_pairs as (
    select
        {{ sha256_hex(
            "concat_ws(' ', device_key, cast(" ~ ms_of_timestamp('captured_at') ~ " as varchar), "
            ~ "cast(distancefromobject as varchar), cast(vector_number as varchar), subject_key, "
            ~ ieee754_hex('x') ~ ", " ~ ieee754_hex('y') ~ ", " ~ ieee754_hex('z') ~ ", split)"
        ) }} as row_hash
    from {{ ref(table) }}
),

-- In two steps, so that no single text has to hold the hashes of all rows.
{{ name }}_leaves as (
    select
        substr(row_hash, 1, 3) as leaf,
        count(*) as row_count,
        {{ sha256_hex(concatenated('row_hash', 'row_hash')) }} as leaf_hash
    from {{ name }}_pairs
    group by substr(row_hash, 1, 3)
),

{{ name }}_content as (
    select
        coalesce(cast(sum(row_count) as bigint), 0) as row_count,
        {{ sha256_hex("coalesce(" ~ concatenated('leaf_hash', 'leaf') ~ ", '')") }} as content_sha256
    from {{ name }}_leaves
),
{%- endfor %}

extent as (
    select
        count(distinct subject_key) as subject_count,
        min(captured_at) as first_captured_at,
        max(captured_at) as last_captured_at
    from {{ ref('reading_pairs') }}
),

landing as (
    select
        coalesce(cast(sum(line_count) as bigint), 0) as line_count,
        count(*) as file_count
    from {{ ref('loaded_files') }}
)

select
    all_content.row_count,
    extent.subject_count,
    extent.first_captured_at,
    extent.last_captured_at,
    all_content.content_sha256,
    publishable_content.row_count as publishable_row_count,
    publishable_content.content_sha256 as publishable_sha256,
    '{{ env_var("STEDI_CODE_VERSION", "") or "unknown" }}' as code_version,
    landing.line_count as landing_lines,
    landing.file_count as landing_files
from extent
cross join all_content
cross join publishable_content
cross join landing
