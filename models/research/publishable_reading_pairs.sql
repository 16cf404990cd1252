-- one row per reading pair whose person agrees to public sharing as well
-- What may be shown outside: agreed to at that millisecond and still today, as a publication cannot be
-- taken back. Vectors are numbered anew: the published numbers count everybody's, in order of e-mails.
with

public_intervals as (
    select
        email,
        valid_from,
        valid_to,
        count_if(valid_to is null) over (partition by email) > 0 as stands_today
    from {{ ref('consent_intervals') }}
    where purpose = 'public'
),

public_subjects as (
    select
        {{ sha256_hex("pepper.pepper || ':subject:' || public_intervals.email") }} as subject_key,
        {{ timestamp_of_ms('public_intervals.valid_from') }} as valid_from,
        {{ timestamp_of_ms('public_intervals.valid_to') }} as valid_to
    from public_intervals
    cross join {{ source('secret', 'pepper') }} as pepper
    where public_intervals.stands_today
)

select
    pairs.device_key,
    pairs.captured_at,
    pairs.distancefromobject,
    cast(
        row_number() over (
            partition by pairs.device_key, pairs.captured_at, pairs.distancefromobject
            order by pairs.x, pairs.y, pairs.z
        ) as integer
    ) as vector_number,
    pairs.subject_key,
    pairs.x,
    pairs.y,
    pairs.z,
    pairs.split
from {{ ref('reading_pairs') }} as pairs
inner join public_subjects
    on
        pairs.subject_key = public_subjects.subject_key
        and pairs.captured_at >= public_subjects.valid_from
        and (pairs.captured_at < public_subjects.valid_to or public_subjects.valid_to is null)
