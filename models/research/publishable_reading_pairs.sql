-- one row per reading pair whose person agrees to public sharing as well
-- What may be published: the person consented at that millisecond and still does today, because a
-- publication cannot be taken back. Vectors are numbered anew: the published numbers count those of other
-- people, in the order of e-mails.
with

-- Only trusted customers have pairs: no pseudonym is made of anybody else's e-mail.
public_people as (
    select email
    from {{ ref('consent_intervals') }}
    where
        purpose = 'public'
        and valid_to is null
        and email in (select customers.email from {{ ref('customer_trusted') }} as customers)
),

public_subjects as (
    select
        people.email,
        {{ pseudonym('subject', 'people.email') }} as subject_key
    from public_people as people
    cross join {{ source('secret', 'pepper') }} as pepper
),

public_intervals as (
    select
        subjects.subject_key,
        intervals.valid_from,
        intervals.valid_to
    from {{ ref('consent_intervals') }} as intervals
    inner join public_subjects as subjects
        on intervals.email = subjects.email
    where intervals.purpose = 'public'
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
inner join public_intervals
    on
        pairs.subject_key = public_intervals.subject_key
        and {{ covers('public_intervals', ms_of_timestamp('pairs.captured_at')) }}
