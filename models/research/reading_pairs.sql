-- one row per device reading and phone vector of the same person, covered by consent
-- The training set: the person who wore the device also carried the phone, and had agreed to research at
-- that millisecond. Persons and devices appear under pseudonyms only.
with

owned_pairs as (
    select
        pairs.serialnumber,
        owners.owner_email,
        pairs.sensorreadingtime,
        pairs.distancefromobject,
        pairs.vector_number,
        pairs.x,
        pairs.y,
        pairs.z
    from {{ ref('machine_learning_curated') }} as pairs
    inner join {{ ref('device_reading_owners') }} as owners
        on
            pairs.serialnumber = owners.serialnumber
            and pairs.sensorreadingtime = owners.sensorreadingtime
    where
        pairs.is_same_person
        and pairs.is_consented_at_capture
),

-- One hash per person and per device, not per pair. Only trusted customers have pairs: no pseudonym is
-- made of anybody else's e-mail.
subjects as (
    select
        customers.email as owner_email,
        {{ pseudonym('subject', 'customers.email') }} as subject_key
    from {{ ref('customer_trusted') }} as customers
    cross join {{ source('secret', 'pepper') }} as pepper
),

devices as (
    select distinct  -- customers who share a device
        customers.serialnumber,
        {{ pseudonym('device', 'customers.serialnumber') }} as device_key
    from {{ ref('customers_curated') }} as customers
    cross join {{ source('secret', 'pepper') }} as pepper
),

-- A person's place between 0 and 1 depends on the key alone, so nobody moves when others join.
placed as (
    select
        owner_email,
        subject_key,
        cast({{ hex_to_bigint("substr(subject_key, 1, 8)") }} as double) / 4294967296e0 as place
    from subjects
)

select
    devices.device_key,
    {{ timestamp_of_ms('owned_pairs.sensorreadingtime') }} as captured_at,
    owned_pairs.distancefromobject,
    owned_pairs.vector_number,
    placed.subject_key,
    owned_pairs.x,
    owned_pairs.y,
    owned_pairs.z,
    case
        when placed.place < {{ var('train_share') }}e0 then 'train'
        when placed.place < {{ var('train_share') }}e0 + {{ var('validation_share') }}e0 then 'validation'
        else 'test'
    end as split
from owned_pairs
inner join placed
    on owned_pairs.owner_email = placed.owner_email
inner join devices
    on owned_pairs.serialnumber = devices.serialnumber
