-- Every person in research is a trusted customer, and every device a claimed one, under the pepper of
-- today: keys of an earlier pepper would not match those of the other research tables.
select
    pairs.subject_key,
    pairs.device_key
from {{ ref('reading_pairs') }} as pairs
where
    pairs.subject_key not in (
        select {{ sha256_hex("pepper.pepper || ':subject:' || customers.email") }}
        from {{ ref('customer_trusted') }} as customers
        cross join {{ source('secret', 'pepper') }} as pepper
    )
    or pairs.device_key not in (
        select {{ sha256_hex("pepper.pepper || ':device:' || claims.serialnumber") }}
        from {{ ref('device_claims') }} as claims
        cross join {{ source('secret', 'pepper') }} as pepper
    )
