-- No pair is missing from the readings: their vector counts add up to the pairs of each person.
with

pairs as (
    select
        subject_key,
        split,
        count(*) as vector_count
    from {{ ref('reading_pairs') }}
    group by subject_key, split
),

summed as (
    select
        subject_key,
        split,
        sum(vector_count) as vector_count
    from {{ ref('readings') }}
    group by subject_key, split
)

select
    coalesce(pairs.subject_key, summed.subject_key) as subject_key,
    pairs.vector_count as pair_count,
    summed.vector_count
from pairs
full outer join summed
    on
        pairs.subject_key = summed.subject_key
        and pairs.split = summed.split
where not coalesce(pairs.vector_count = summed.vector_count, false)
