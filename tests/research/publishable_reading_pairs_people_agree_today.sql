-- Everybody in the publishable sample agrees to public sharing today: a publication cannot be taken back.
select pairs.subject_key
from {{ ref('publishable_reading_pairs') }} as pairs
where
    pairs.subject_key not in (
        select {{ sha256_hex("pepper.pepper || ':subject:' || intervals.email") }}
        from {{ ref('consent_intervals') }} as intervals
        cross join {{ source('secret', 'pepper') }} as pepper
        where
            intervals.purpose = 'public'
            and intervals.valid_to is null
    )
