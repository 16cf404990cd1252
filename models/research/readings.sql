-- one row per device reading of one person, covered by consent
-- The training set, the vectors of a device reading summarised; the norm of a vector is its Euclidean
-- length. A sum of doubles depends on the order of addition, so it is fixed.
with

pairs as (
    select
        *,
        sqrt(x * x + y * y + z * z) as norm
    from {{ ref('reading_pairs') }}
)

select
    device_key,
    captured_at,
    distancefromobject,
    subject_key,
    cast(count(*) as integer) as vector_count,
    {{ ordered_average('x') }} as mean_x,
    {{ ordered_average('y') }} as mean_y,
    {{ ordered_average('z') }} as mean_z,
    {{ ordered_average('norm') }} as mean_norm,
    min(norm) as min_norm,
    max(norm) as max_norm,
    split
from pairs
group by device_key, captured_at, distancefromobject, subject_key, split
